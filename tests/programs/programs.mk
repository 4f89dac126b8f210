# check-programs: the oracle over programs that need packages of their own, or minutes; not part of `make check`. Included by
# tests/tests.mk.

PROGRAMS_SOURCES := $(filter-out tests/oracle/commands.c tests/oracle/strace_log_reading.c,$(ORACLE_SOURCES)) \
	tests/programs/commands.c

.PHONY: check-programs
check-programs:  ## the shim in stress-ng, python3's tests, node, java, redis, nginx, … and against strace (installs packages); COMMANDS=NAME runs some
	@tests/ensure_packages programs
	@$(MAKE) --no-print-directory $(SHIM) $(TESTS)/real-programs
	@COMMANDS='$(COMMANDS)' tests/run_all -j $(TEST_JOBS) $(TESTS)/real-programs

$(TESTS)/real-programs: $(patsubst %.c,$(TESTS)/objects/%.o,$(PROGRAMS_SOURCES))
	$(say) LINK $@
	$(Q)$(CC) -o $@ $^ -lcriterion
