# make bench, make bench-call: what tracing costs, measured beside the peers that are installed. What is missing is named, and left out. Included by tests.mk.

BENCH := $(BUILD)/tests/bench
BENCH_SECONDS ?= 70
BENCH_PROGRAMS := $(BENCH)/workload $(BENCH)/launch $(BENCH)/call $(BENCH)/empty.so
# The command's tests run a short measurement.
TEST_PROGRAMS += $(BENCH_PROGRAMS)

.PHONY: bench bench-call
bench:  ## what tracing costs, as ratios, beside its peers, in 20 minutes (BENCH_SECONDS=N a workload); BENCH_ARGS='--workload fork --json FILE --markdown FILE'
	@tests/ensure_packages bench || true
	@$(MAKE) -s --no-print-directory $(BENCH_PROGRAMS) $(SHIM) $(COMMAND)
	@python3 -B tests/bench/bench.py $(BUILD) --seconds $(BENCH_SECONDS) $(BENCH_ARGS)

bench-call:  ## what one recorded call costs: nanoseconds, instructions, several writers; BENCH_ARGS='--json FILE'
	@tests/ensure_packages bench || true
	@$(MAKE) -s --no-print-directory $(BENCH_PROGRAMS) $(SHIM) $(COMMAND)
	@python3 -B tests/bench/bench_call.py $(BUILD) $(BENCH_ARGS)

$(BENCH)/%: tests/bench/%.c
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(CC) $(TEST_FLAGS) -MF $@.d -MT $@ -pthread -o $@ $< -lrt

$(BENCH)/%.so: tests/bench/%.c
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(CC) $(TEST_FLAGS) -MF $@.d -MT $@ -fPIC -shared -o $@ $<
