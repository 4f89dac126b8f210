/* lifetime.c: calls before the shim's constructor and after its destructor, exec, and other objects that are preloaded too. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "harness/victim_check.h"

TestSuite(lifetime, .timeout = 120);

/* What another object does before our constructor and after our destructor is shown as well as what main does: the shim starts
   with the first call. Both orders of preloading, since constructors run in the opposite one. */
static void
check_with_constructor(struct victim victim)
{
	struct victim_runs runs;
	victim.name = "creates_threads";
	victim.says_not_all = true;
	victim_check(&victim, NULL, &runs);
	const struct run *run = &runs.strace;
	uint64_t facts[] = {victim_fact(run, "thread_before"), victim_fact(run, "child_before"),
			    victim_fact(run, "thread_after"), victim_fact(run, "child_after")};
	for (int i = 0; i < 4; i++) {
		char pattern[64];
		snprintf(pattern, sizeof(pattern), " = %lu$", (unsigned long)facts[i]);
		size_t lines = run_count_matches(run->log, pattern);
		cr_assert_eq(lines, 1, "%zu lines with %s in\n%s", lines, pattern, run->log);
	}
	cr_assert_eq(run_count_lines(run->log, NULL), 11 + 4, "%s", run->log);
	victim_free(&runs);
}

Test(lifetime, constructor_of_an_object_before)
{
	check_with_constructor((struct victim){.preload_before = "creates_in_constructor"});
}

Test(lifetime, constructor_of_an_object_after)
{
	check_with_constructor((struct victim){.preload_after = "creates_in_constructor"});
}

Test(lifetime, preinit_array)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "preinit_creates_thread", .says_not_all = true}, NULL, &runs);
	const struct run *run = &runs.strace;
	expect_matches(run->log, 1, " = %lu$", victim_fact(run, "thread_before"));
	expect_matches(run->log, 1, " = %lu$", victim_fact(run, "child_before"));
	victim_free(&runs);
}

/* What runs in destructors of the program comes before ours, and is shown. */
Test(lifetime, exit_handlers)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "forks_at_exit"}, NULL, &runs);
	victim_free(&runs);
}

Test(lifetime, wrapped_by_another_object_before)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "creates_threads", .preload_before = "wraps_same_calls"}, NULL, &runs);
	expect_matches(runs.text.log, 10, "pthread_create\\(.* called from .*wraps_same_calls");
	victim_free(&runs);
}

Test(lifetime, wraps_another_object_after)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "creates_threads", .preload_after = "wraps_same_calls"}, NULL, &runs);
	expect_matches(runs.text.log, 10, "pthread_create\\(.* called from .*creates_threads");
	victim_free(&runs);
}

/* The new image is a process event of its own, under the same pid. */
Test(lifetime, exec_from_a_thread)
{
	struct victim_runs runs;
	char program[512];
	snprintf(program, sizeof(program), "%s", run_victim("creates_threads"));
	victim_check(&(struct victim){.name = "replaces_program", .arguments = {program, "3"}}, NULL, &runs);
	expect_matches(runs.text.log, 1, "process: replaces_program ");
	expect_matches(runs.text.log, 1, "process: creates_threads ");
	victim_free(&runs);
}

/* The second libc's own fork is left alone: nothing is claimed of it. */
Test(lifetime, second_libc_is_left_alone)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "second_libc"}, NULL, &runs);
	expect_matches(runs.strace.log, 0, " = %lu$", victim_fact(&runs.strace, "child_of_second_libc"));
	expect_matches(runs.text.log, 1,
		       "module: libc.so.6 .*in a namespace of its own \\(dlmopen\\), where nothing is observed");
	victim_free(&runs);
}
