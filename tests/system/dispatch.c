/*
 * dispatch.c: programs whose system calls the kernel tells of (Syscall User Dispatch): with CLONESHIM_PROBE=dispatch, and with
 * CLONESHIM_PATH=full. They behave as they do bare, and the two probes show the same.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "harness/masked.h"
#include "harness/victim_check.h"

TestSuite(dispatch, .timeout = 180);

#define DISPATCH 59 /* PR_SET_SYSCALL_USER_DISPATCH */

static const char *const by_dispatch[] = {"CLONESHIM_PROBE=dispatch", NULL};
static const char *const full[] = {"CLONESHIM_PATH=full", NULL};

static void
skip_without_dispatch(void)
{
	if (prctl(DISPATCH, 0, 0, 0, 0) != 0)
		cr_skip_test("the kernel has no Syscall User Dispatch (Linux 5.11), or it is not permitted");
}

/* Hazards of hazards.c, and those of windows. */
static const struct victim hazards[] = {
	{.name = "window_sigsys", .says_not_all = true},
	{.name = "window_sigset", .says_not_all = true},
	{.name = "window_signals", .arguments = {"200"}, .says_not_all = true},
	{.name = "vfork_nested"},
	{.name = "vfork_child_creates"},
	{.name = "spawn_shares_tls"},
	{.name = "clone_vm_shared_tls"},
	{.name = "tasks_of_all_kinds"},
	{.name = "clone_new_stack_forks"},
	{.name = "fork_in_signal_handler"},
	{.name = "fork_in_signal_handler", .arguments = {"altstack"}},
	{.name = "fork_child_goes_on"},
	{.name = "thread_all_signals_blocked"},
	{.name = "thread_minimal_stack"},
	{.name = "atfork_creates_threads"},
	{.name = "cancelled_at_point"},
	{.name = "cancelled_in_call", .arguments = {"fork"}, .says_not_all = true},
	{.name = "handles_own_sigsys"},
	{.name = "handles_own_sigsegv"},
	{.name = "syscall_function"},
	{.name = "crowd_of_threads"},
	{.name = "shell_calls", .says_not_all = true},
	{.name = "spawn_attributes", .says_not_all = true},
	{.name = "sandbox_denies_everything", .arguments = {"EPERM"}, .says_not_all = true, .errors_differ = true},
};

#define COUNT (sizeof(hazards) / sizeof(hazards[0]))

/* The parameter is a line's number: pointers do not survive the way into Criterion's worker. */
ParameterizedTestParameters(dispatch, program_runs_as_before)
{
	static int numbers[2 * COUNT];
	for (size_t i = 0; i < 2 * COUNT; i++)
		numbers[i] = (int)i;
	return cr_make_param_array(int, numbers, 2 * COUNT);
}

ParameterizedTest(int *number, dispatch, program_runs_as_before)
{
	struct victim victim = hazards[*number / 2];
	struct victim_runs runs;
	skip_without_dispatch();
	victim.environment = *number % 2 ? full : by_dispatch;
	victim_check(&victim, "not permitted here", &runs);
	victim_free(&runs);
}

/* Thousands of threads under their full path: none is lost, and none is without its path. */
Test(dispatch, many_threads)
{
	struct run run;
	struct victim victim = {.name = "many_threads", .arguments = {"10000"}, .environment = full};
	skip_without_dispatch();
	victim_run(&victim, "text", &run);
	expect_matches(run.log, 10000, "  clone3\\(.* = [0-9]+$");
	expect_matches(run.log, 10000, "pthread_create returned 0 after .*: thread [0-9]+ on stack");
	expect_matches(run.log, 10000, "  rt_sigprocmask\\(SIG_BLOCK, ~\\[\\], \\[\\], 8\\) = 0$");
	expect_matches(run.log, 10000, "  rt_sigprocmask\\(SIG_SETMASK, \\[\\], NULL, 8\\) = 0$");
	expect_matches(run.log, 0, "not observed");
	run_free(&run);
}

/* High rates of signals do not disturb. */
Test(dispatch, signals_at_a_high_rate)
{
	struct run run;
	struct victim victim = {.name = "window_signals", .arguments = {"2000"}, .environment = full};
	skip_without_dispatch();
	victim_run(&victim, "text", &run);
	cr_assert(strstr(run.output, "ok\n"), "%s", run.output);
	expect_matches(run.log, 0, "not observed");
	run_free(&run);
}

Test(dispatch, probes_agree)
{
	static const char *const by_patch[] = {"CLONESHIM_PROBE=patch", NULL};
	static const char *const programs[] = {"creates_threads", "fork_nested_deeply", "shell_calls"};
	skip_without_dispatch();
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		struct run patched, dispatched;
		struct victim victim = {.name = programs[i], .environment = by_patch};
		victim_run(&victim, "strace", &patched);
		victim.environment = by_dispatch;
		victim_run(&victim, "strace", &dispatched);
		cr_assert(patched.log_size > 0);
		char *expected = masked_numbers(patched.log), *found = masked_numbers(dispatched.log);
		cr_assert_str_eq(found, expected, "%s: dispatch: %s\npatch: %s", programs[i], found, expected);
		free(expected);
		free(found);
		run_free(&patched);
		run_free(&dispatched);
	}
}

/* The process event says what is observed, and a call that has no path says why. */
Test(dispatch, says_what_is_missing)
{
	struct run run;
	struct victim victim = {.name = "window_sigsys", .environment = full};
	skip_without_dispatch();
	victim_run(&victim, "text", &run);
	expect_some_match(run.log, "process: window_sigsys .*probe patch.*; path full$");
	expect_some_match(run.log,
			  "system returned .*; path: not observed to its end \\(the program ignores SIGSYS\\)$");
	expect_some_match(run.log,
			  "pthread_create returned .*; path: not observed to its end \\(a SIGSYS is pending\\)$");
	run_free(&run);
}
