/*
 * hazards.c: one program per hazard, each in a table line. For all of them: the program says "ok", bare and under the shim, its
 * output and exit status are the same, and the log shows just the syscalls that it made. Tests that look for more in the log
 * stand in the other files.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "harness/victim_check.h"

static const struct victim hazards[] = {
	{.name = "vfork_child_execs"},
	{.name = "vfork_child_exits"},
	{.name = "vfork_nested"},
	{.name = "vfork_child_creates"},
	{.name = "spawn_shares_tls"},
	{.name = "clone_vm_shared_tls"},
	{.name = "tasks_of_all_kinds"},
	{.name = "denies_wiping", .arguments = {RUN_BUILD_DIRECTORY "/tests/programs/fork_child_goes_on"}},
	{.name = "clone_new_stack_forks"},
	{.name = "fork_in_signal_handler"},
	{.name = "fork_in_signal_handler", .arguments = {"altstack"}},
	{.name = "fork_in_signal_handler", .arguments = {"threads"}},
	{.name = "fork_among_thread_creators"},
	{.name = "thread_all_signals_blocked"},
	{.name = "thread_minimal_stack"},
	{.name = "atfork_creates_threads"},
	{.name = "fork_nested_deeply"},
	{.name = "cancelled_at_point"},
	{.name = "cancelled_in_call", .arguments = {"fork"}, .says_not_all = true},
	{.name = "cancelled_in_call", .arguments = {"vfork"}, .says_not_all = true},
	{.name = "cancelled_in_call", .arguments = {"clone"}, .says_not_all = true},
	{.name = "handles_own_sigsys"},
	{.name = "forks_at_exit", .says_not_all = true},
	{.name = "second_libc"},
	{.name = "changes_root"},
	{.name = "syscall_function"},
	{.name = "raw_syscalls", .arguments = {RUN_BUILD_DIRECTORY "/tests/preloads/makes_raw_syscall.so"}},
	{.name = "crowd_of_threads"},
	{.name = "fork_bomb"},
	{.name = "handles_own_sigsegv"},
	{.name = "sandbox_denies_everything", .arguments = {"EPERM"}, .says_not_all = true, .errors_differ = true},
	{.name = "sandbox_denies_everything", .arguments = {"ENOSYS"}, .says_not_all = true, .errors_differ = true},
};

#define COUNT (sizeof(hazards) / sizeof(hazards[0]))

/* The parameter is a line's number: pointers do not survive the way into Criterion's worker. */
ParameterizedTestParameters(hazards, program_runs_as_before)
{
	static int numbers[COUNT];
	for (size_t i = 0; i < COUNT; i++)
		numbers[i] = (int)i;
	return cr_make_param_array(int, numbers, COUNT);
}

ParameterizedTest(int *number, hazards, program_runs_as_before, .timeout = 180)
{
	struct victim_runs runs;
	victim_check(&hazards[*number], "not permitted here", &runs);
	victim_free(&runs);
}
