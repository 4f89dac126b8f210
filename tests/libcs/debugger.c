/*
 * debugger.c: gdb finds its way out of the shim's stubs on every libc: the stubs carry correct call-frame information.
 *
 * glibc has such information for all of its code, so that the way leads down to main. musl has none: it leads to the libc function
 * whose syscall it is, and to whom that returns.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/victim_check.h"
#include "libcs/libc.h"

#define STOPS 6 /* syscalls of every_call */
#define ARGUMENTS_MAX 64

/* Stops in the hook before each syscall and shows the stack. The program alone comes under the shim, not gdb. */
static void
run_gdb(const char *program, struct run *run)
{
	static char preload[600];
	const char *const before[] = {"set debuginfod enabled off",
				      "set startup-with-shell off",
				      "set breakpoint pending on",
				      "set environment CLONESHIM_OUTPUT /dev/null",
				      preload,
				      "break probe_hooks_before",
				      "run",
				      NULL};
	const char *argv[ARGUMENTS_MAX] = {"gdb", "-nx", "-batch"};
	int count = 3;
	snprintf(preload, sizeof(preload), "set environment LD_PRELOAD %s", run_shim_path());
	for (int i = 0; before[i]; i++) {
		argv[count++] = "-ex";
		argv[count++] = before[i];
	}
	for (int i = 0; i < STOPS; i++)
		for (int j = 0; j < 2; j++) {
			argv[count++] = "-ex";
			argv[count++] = j == 0 ? "bt" : i + 1 < STOPS ? "continue" : "kill";
		}
	argv[count++] = program;
	libc_run(run, argv, NULL);
	if (strstr(run->errors, "ptrace: Operation not permitted") || strstr(run->errors, "Could not trace"))
		cr_skip_test("ptrace is denied");
}

ParameterizedTestParameters(debugger, backtrace_from_the_stubs)
{
	static int numbers[8];
	for (size_t i = 0; i < libc_count; i++)
		numbers[i] = (int)i;
	return cr_make_param_array(int, numbers, libc_count);
}

ParameterizedTest(int *number, debugger, backtrace_from_the_stubs, .timeout = 120)
{
	const struct libc *libc = &libcs[*number];
	libc_require(libc);
	if (!run_program_exists("gdb"))
		cr_skip_test("%s: gdb is not installed", libc->name);
	char *program = libc_program(libc, "every_call");
	struct run run;
	run_gdb(program, &run);
	expect_matches(run.output, STOPS, "^#2 .* in probe_.*stub_[0-9]+ \\(\\)");
	if (strcmp(libc->name, "musl") == 0) {
		expect_matches(run.output, STOPS, "^#3 .* in [^ ]+ \\(\\) from .*/ld-musl-");
		expect_matches(run.output, 2, "^#4 .* in pthread_create \\(\\) from .*/ld-musl-");
		expect_matches(run.output, 2, "^#3 .* in _Fork \\(\\) from .*/ld-musl-");
		expect_matches(run.output, 1, "^#3 .* in vfork \\(\\) from .*/ld-musl-");
		expect_matches(run.output, 1, "^#4 .* in clone \\(\\) from .*/ld-musl-");
	} else {
		expect_matches(run.output, STOPS, "^#[0-9]+ +(.* )?main \\(");
		cr_assert(!strstr(run.output, "corrupt stack"), "%s", run.output);
	}
	run_free(&run);
	free(program);
}
