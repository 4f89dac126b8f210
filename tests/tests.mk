# The tests: unit (pure functions), system (a short program per hazard, under the shim), oracle (the shim against strace), json (the
# json format against its schema and against strace), command (the trace and the cloneshim command). Each is one Criterion binary;
# tests/run_all runs them and adds up. Included by the Makefile.

TESTS := $(BUILD)/tests
TEST_JOBS ?= 2
TEST_FLAGS = $(COMMON_FLAGS) -D_GNU_SOURCE -DRUN_BUILD_DIRECTORY='"$(abspath $(BUILD))"' \
	-DRUN_SOURCE_DIRECTORY='"$(CURDIR)"'
# Criterion's macros declare what they like.
CRITERION_FLAGS = $(TEST_FLAGS) -Wno-missing-prototypes -Wno-shadow -Wno-strict-prototypes -Wno-old-style-definition

UNIT_SOURCES := $(filter-out shim/decode/format%,$(wildcard tests/unit/*.c shim/decode/*.c)) $(wildcard \
	shim/preload/call_record.c shim/preload/follow.c shim/preload/symbols.c shim/preload/unwind_index.c \
	shim/preload/x86_64/empty_function.c shim/preload/x86_64/instruction.c shim/preload/x86_64/site.c)
# The command's reading of traces, and what needs no more than that or nothing at all.
UNIT_SOURCES += $(patsubst %,shim/cli/%.c,calls_under_way compare_align damage durations explain_combination explain_input \
	explanation mapped_file path_signature places table trace_events trace_reader) \
	$(wildcard shim/cli/record_*.c) $(filter-out %_json.c %_text.c,$(wildcard shim/cli/summary*.c)) tests/harness/trace_maker.c
HARNESS_SOURCES := $(wildcard tests/harness/*.c)
SYSTEM_SOURCES := $(wildcard tests/system/*.c) $(HARNESS_SOURCES)
ORACLE_SOURCES := $(wildcard tests/oracle/*.c) $(HARNESS_SOURCES)
JSON_SOURCES := $(wildcard tests/json/*.c) $(HARNESS_SOURCES)
COMMAND_SOURCES := $(wildcard tests/command/*.c) $(HARNESS_SOURCES)
TEST_PROGRAMS := $(patsubst tests/json/programs/%.c,$(TESTS)/programs/%,$(wildcard tests/json/programs/*.c)) \
	$(patsubst tests/command/programs/%.c,$(TESTS)/programs/%,$(wildcard tests/command/programs/*.c)) \
	$(patsubst tests/system/programs/%.c,$(TESTS)/programs/%,$(wildcard tests/system/programs/*.c))
TEST_PRELOADS := $(patsubst tests/system/preloads/%.c,$(TESTS)/preloads/%.so,$(wildcard tests/system/preloads/*.c))
include tests/libcs/libcs.mk
include tests/programs/programs.mk
include tests/bench/bench.mk
TEST_BINARIES := $(TESTS)/unit $(TESTS)/system $(TESTS)/oracle $(TESTS)/json $(TESTS)/command

.PHONY: check check-unit check-system check-oracle check-json check-command check-sanitize check-soak tests
check:  ## build and run all tests (installs what they need, where apt-get is there)
	@tests/ensure_packages check
	@$(MAKE) --no-print-directory all tests
	@tests/run_all -j $(TEST_JOBS) $(TEST_BINARIES)

tests: $(TEST_BINARIES) $(TEST_PROGRAMS) $(TEST_PRELOADS)

check-unit: $(TESTS)/unit  ## unit tests alone
	@tests/run_all -j $(TEST_JOBS) $<

check-system: $(TESTS)/system $(TEST_PROGRAMS) $(TEST_PRELOADS) $(SHIM) demos  ## programs under the shim, one per hazard; FILTER=PATTERN runs some
	@tests/run_all -j $(TEST_JOBS) $(if $(FILTER),-f '$(FILTER)') $<

check-oracle: $(TESTS)/oracle $(TEST_PROGRAMS) $(TEST_PRELOADS) $(SHIM) demos  ## the shim against strace
	@tests/run_all -j $(TEST_JOBS) $(if $(FILTER),-f '$(FILTER)') $<

check-json: $(TESTS)/json $(TEST_PROGRAMS) $(TEST_PRELOADS) $(SHIM) demos  ## the json format against its schema and against strace
	@tests/run_all -j $(TEST_JOBS) $(if $(FILTER),-f '$(FILTER)') $<

check-command: $(TESTS)/command $(TEST_PROGRAMS) $(SHIM) $(COMMAND) demos  ## the trace and the cloneshim command
	@tests/run_all -j $(TEST_JOBS) $(if $(FILTER),-f '$(FILTER)') $<

SOAK_RUNS ?= 20
check-soak: tests all  ## all tests, 20 times in a row (SOAK_RUNS=N)
	@for run in $$(seq $(SOAK_RUNS)); do \
		echo "run $$run of $(SOAK_RUNS)"; tests/run_all -j $(TEST_JOBS) $(TEST_BINARIES) || exit; \
	done

KILL_RUNS ?= 200
WRITERS_EVENTS ?= 1000000
.PHONY: check-kill
check-kill: $(TESTS)/command $(TEST_PROGRAMS) $(SHIM) $(COMMAND)  ## the trace of programs that are killed (KILL_RUNS=N), and of many writers (WRITERS_EVENTS=N)
	@KILL_RUNS=$(KILL_RUNS) tests/run_all -j $(TEST_JOBS) -f 'killed/*' $<
	@WRITERS_EVENTS=$(WRITERS_EVENTS) tests/run_all -j $(TEST_JOBS) -f 'trace_writers/*' $<

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
# libcriterion's runner leaks a little of its own when many assertions come in at once: a leak counts when our code is in its stack.
check-sanitize: $(BUILD)/sanitize/unit  ## unit tests with AddressSanitizer and UndefinedBehaviorSanitizer
	@rm -f $(BUILD)/sanitize/report.*
	@ASAN_OPTIONS=log_path=$(BUILD)/sanitize/report LSAN_OPTIONS=exitcode=0 tests/run_all -j $(TEST_JOBS) $< || \
		{ cat $(BUILD)/sanitize/report.* 2>/dev/null; exit 1; }
	@! grep -hE '(shim|tests)/[a-z_0-9/]*\.c:' $(BUILD)/sanitize/report.* 2>/dev/null

# What reads traces, on bytes that are none; tests/fuzz/trace.c says how. It ends when nothing was found in FUZZ_SECONDS; what makes it
# fail is kept in build/fuzz/found.
FUZZ_SECONDS ?= 60
FUZZ_CC ?= clang
FUZZ_FLAGS := -std=gnu11 -D_GNU_SOURCE -O1 -g -Wall -Wextra $(INCLUDES) -MMD -MP \
	-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FUZZ_SOURCES := tests/fuzz/trace.c $(filter-out shim/cli/main.c shim/cli/compare_run.c shim/cli/command_%,$(wildcard shim/cli/*.c)) $(DECODE_SOURCES)
FUZZ_PROGRAMS := $(DEMOS) $(addprefix $(TESTS)/programs/,every_call shell_calls spawn_attributes raw_syscalls vfork_child_execs)
.PHONY: fuzz
fuzz:  ## wrong traces for those who read them, for a minute (FUZZ_SECONDS=N)
	@tests/ensure_packages fuzz
	@$(MAKE) --no-print-directory $(BUILD)/fuzz/trace $(BUILD)/fuzz/corpus.made
	@mkdir -p $(BUILD)/fuzz/corpus.grown $(BUILD)/fuzz/found
	$(Q)$(BUILD)/fuzz/trace -max_total_time=$(FUZZ_SECONDS) -max_len=65536 -timeout=10 -rss_limit_mb=1024 -verbosity=0 \
		-print_final_stats=1 -artifact_prefix=$(BUILD)/fuzz/found/ $(BUILD)/fuzz/corpus.grown $(BUILD)/fuzz/corpus

$(BUILD)/fuzz/trace: $(patsubst %.c,$(BUILD)/fuzz/%.o,$(FUZZ_SOURCES))
	$(say) LINK $@
	$(Q)$(FUZZ_CC) $(FUZZ_FLAGS) -o $@ $^ $(COMMAND_LIBRARIES)

$(BUILD)/fuzz/%.o: %.c
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(FUZZ_CC) $(FUZZ_FLAGS) -c -o $@ $<

$(BUILD)/fuzz/corpus.made: $(SHIM) $(FUZZ_PROGRAMS) tests/fuzz/make_corpus
	$(Q)tests/fuzz/make_corpus $(abspath $(SHIM)) $(BUILD)/fuzz/corpus $(FUZZ_PROGRAMS)
	$(Q)touch $@

$(TESTS)/unit: $(patsubst %.c,$(TESTS)/objects/%.o,$(UNIT_SOURCES))
$(TESTS)/system: $(patsubst %.c,$(TESTS)/objects/%.o,$(SYSTEM_SOURCES))
$(TESTS)/oracle: $(patsubst %.c,$(TESTS)/objects/%.o,$(ORACLE_SOURCES))
$(TESTS)/json: $(patsubst %.c,$(TESTS)/objects/%.o,$(JSON_SOURCES))
$(TESTS)/command: $(patsubst %.c,$(TESTS)/objects/%.o,$(COMMAND_SOURCES))
$(TESTS)/command: TEST_LIBRARIES := -ljansson
$(TEST_BINARIES):
	$(say) LINK $@
	$(Q)$(CC) -o $@ $^ -lcriterion $(TEST_LIBRARIES)

$(TESTS)/objects/%.o: %.c
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(CC) $(CRITERION_FLAGS) -c -o $@ $<

# Without the test that makes raw system calls: beside others it makes LeakSanitizer report 48 bytes of Criterion's own.
$(BUILD)/sanitize/unit: $(patsubst %.c,$(BUILD)/sanitize/%.o,$(filter-out %/clone_rules_kernel.c,$(UNIT_SOURCES)))
	$(say) LINK $@
	$(Q)$(CC) $(SANITIZE) -o $@ $^ -lcriterion

$(BUILD)/sanitize/%.o: %.c
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(CC) $(CRITERION_FLAGS) $(SANITIZE) -c -o $@ $<

$(TESTS)/programs/%: tests/system/programs/%.c
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(CC) $(TEST_FLAGS) -MF $@.d -MT $@ -pthread -o $@ $< -ldl

$(TESTS)/programs/%: tests/command/programs/%.c
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(CC) $(TEST_FLAGS) -MF $@.d -MT $@ -pthread -o $@ $<

$(TESTS)/programs/%_static: tests/command/programs/%_static.c
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(CC) $(TEST_FLAGS) -MF $@.d -MT $@ -static -o $@ $<

$(TESTS)/programs/%: tests/json/programs/%.c
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(CC) $(TEST_FLAGS) -MF $@.d -MT $@ -pthread -o $@ $< -lrt -lutil -lanl

$(TESTS)/preloads/%.so: tests/system/preloads/%.c
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(CC) $(TEST_FLAGS) -MF $@.d -MT $@ -fPIC -shared -pthread -o $@ $<
