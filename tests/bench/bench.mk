# make bench: what tracing costs, measured beside the peers that are installed. Included by tests.mk.

BENCH := $(BUILD)/tests/bench
BENCH_ROUNDS ?= 15

.PHONY: bench bench-objects
bench: $(BENCH)/workload $(BENCH)/empty.so $(SHIM)  ## what tracing costs, as ratios, beside its peers; BENCH_ARGS='--workload fork --json FILE'
	@python3 tests/bench/bench.py $(BUILD) --rounds $(BENCH_ROUNDS) $(BENCH_ARGS)

# Something of a fixed size to build, as a workload.
bench-objects: $(patsubst %.c,$(BUILD)/command/%.o,$(DECODE_SOURCES))

$(BENCH)/workload: tests/bench/workload.c
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(CC) $(TEST_FLAGS) -MF $@.d -MT $@ -pthread -o $@ $<

$(BENCH)/empty.so: tests/bench/empty.c
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(CC) $(TEST_FLAGS) -MF $@.d -MT $@ -fPIC -shared -o $@ $<
