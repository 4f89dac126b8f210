/* debugger.c: gdb finds its way from inside the shim to main: the stubs carry correct call-frame information. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "harness/victim_check.h"

TestSuite(debugger, .timeout = 120);

/* Runs a victim under gdb, which alone is free of the shim, with these commands. */
static void
run_gdb(const char *const commands[], const char *victim, struct run *run)
{
	static char preload[600];
	snprintf(preload, sizeof(preload), "set environment LD_PRELOAD %s", run_shim_path());
	const char *argv[64] = {"gdb", "-nx", "-batch"};
	int count = 3;
	const char *const always[] = {"set debuginfod enabled off",
				      "set startup-with-shell off",
				      "set breakpoint pending on",
				      "set environment CLONESHIM_OUTPUT /dev/null",
				      preload,
				      NULL};
	for (int i = 0; always[i]; i++) {
		argv[count++] = "-ex";
		argv[count++] = always[i];
	}
	for (int i = 0; commands[i]; i++) {
		argv[count++] = "-ex";
		argv[count++] = commands[i];
	}
	argv[count++] = run_victim(victim);
	if (!run_program_exists("gdb"))
		cr_skip_test("debugger: gdb is not installed");
	*run = (struct run){.argv = argv, .timeout_s = 60};
	cr_assert_eq(run_program(run), 0);
	run->argv = NULL;
	if (strstr(run->errors, "ptrace: Operation not permitted") || strstr(run->errors, "Could not trace"))
		cr_skip_test("debugger: ptrace is denied");
	cr_assert(!run->timed_out, "gdb did not end: %s%s", run->output, run->errors);
}

/* A frame "#N … in FUNCTION (" and below it main. */
static void
expect_backtrace(const struct run *run, const char *function)
{
	char pattern[128];
	snprintf(pattern, sizeof(pattern), "^#[0-9]+ .*[ _]%s \\(", function);
	cr_assert(run_count_matches(run->output, pattern) >= 1, "no frame of %s:\n%s%s", function, run->output,
		  run->errors);
	cr_assert(run_count_matches(run->output, "^#[0-9]+ .* main \\(") >= 1, "no frame of main below %s:\n%s%s",
		  function, run->output, run->errors);
	cr_assert(!strstr(run->output, "corrupt stack"), "%s", run->output);
}

/* Stops in the C hook before each syscall of every_call: seven stops, and each stack goes down to main. */
Test(debugger, backtrace_from_the_hook)
{
	struct run run;
	run_gdb((const char *const[]){"break probe_hooks_before", "run", "bt", "continue", "bt", "continue", "bt",
				      "continue", "bt", "continue", "bt", "continue", "bt", "kill", NULL},
		"every_call", &run);
	const char *calls[] = {"pthread_create", "thrd_create", "fork", "_Fork", "vfork", "clone"};
	for (int i = 0; i < 6; i++)
		expect_backtrace(&run, calls[i]);
	expect_matches(run.output, 6, "^#[0-9]+ .* main \\(");
	run_free(&run);
}

/* The parent is blocked in vfork, inside the stub, while its child stops at a breakpoint. */
Test(debugger, backtrace_of_a_parent_blocked_in_vfork)
{
	struct run run;
	run_gdb((const char *const[]){"set detach-on-fork off", "set follow-fork-mode child", "break in_vfork_child",
				      "run", "inferior 1", "bt", NULL},
		"backtrace_in_vfork", &run);
	expect_backtrace(&run, "calls_vfork");
	run_free(&run);
}
