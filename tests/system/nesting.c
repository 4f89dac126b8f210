/* nesting.c: calls inside calls, calls that never return, calls that share a stack or a TLS: which call a syscall belongs to. */
#include <criterion/criterion.h>

#include "harness/victim_check.h"

TestSuite(nesting, .timeout = 120);

Test(nesting, vfork_in_vfork)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "vfork_nested"}, NULL, &runs);
	expect_matches(runs.text.log, 25, "\\] +vfork\\(\\) called from ");
	expect_matches(runs.text.log, 25, "\\] +vfork\\(\\) += [0-9]+$");
	expect_matches(runs.text.log, 25, "vfork: result not observed");
	expect_matches(runs.text.log, 0, "from no intercepted call");
	victim_free(&runs);
}

/* The child of posix_spawn runs on a stack of its own but with the parent's memory and TLS, and execs in the midst of the call. */
Test(nesting, spawn_shares_tls)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "spawn_shares_tls"}, NULL, &runs);
	expect_matches(runs.text.log, 8, "^\\[[0-9]+\\]   clone3?\\(.*CLONE_VFORK.*\\) += [0-9]+$");
	expect_matches(runs.text.log, 0, "from no intercepted call");
	victim_free(&runs);
}

/* prepare and parent handlers run inside the call of fork, and so do their threads; so does fork's own clone. */
Test(nesting, threads_inside_fork)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "atfork_creates_threads"}, NULL, &runs);
	expect_matches(runs.text.log, 5, "\\] fork\\(\\) called from ");
	expect_some_match(runs.text.log, "\\]   pthread_create\\(.*called from ");
	expect_some_match(runs.text.log, "\\]     clone3?\\(.*CLONE_THREAD");
	expect_matches(runs.text.log, 0, "from no intercepted call");
	victim_free(&runs);
}

Test(nesting, fork_inside_fork)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "fork_nested_deeply"}, NULL, &runs);
	expect_matches(runs.text.log, 17, "\\] +fork\\(\\) called from ");
	expect_matches(runs.text.log, 1, "\\] fork\\(\\) called from ");
	expect_matches(runs.text.log, 1, "\\]   fork\\(\\) called from ");
	expect_matches(runs.text.log, 1, "\\]                       fork\\(\\) called from "); /* eleven deep */
	expect_matches(runs.text.log, 0, "from no intercepted call");
	victim_free(&runs);
}

/* The end of a call is told by the process that it ends in, not by the one that it began in. */
Test(nesting, call_that_ends_in_a_child)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "fork_child_goes_on"}, NULL, &runs);
	const struct run *run = &runs.text;
	expect_matches(run->log, 1, "^\\[%lu\\] fork returned %lu ", victim_fact(run, "inner"),
		       victim_fact(run, "outer_of_inner"));
	expect_matches(run->log, 0, "from no intercepted call");
	victim_free(&runs);
}

/* A handler's call nests in the one that it interrupted, on the same stack or on a signal stack, and leaves it as it was: every
   syscall finds its call. */
Test(nesting, calls_interrupted_by_calls)
{
	static const char *const variants[] = {NULL, "altstack", "threads"};
	for (int i = 0; i < 3; i++) {
		struct run run;
		struct victim victim = {.name = "fork_in_signal_handler", .arguments = {variants[i]}};
		victim_run(&victim, "text", &run);
		expect_matches(run.log, 0, "from no intercepted call");
		expect_matches(run.log, 0, "not observed");
		expect_some_match(run.log, "^\\[[0-9:]+\\]   _?[Ff]ork\\(\\) called from");
		run_free(&run);
	}
}

/* After 200 calls that were left by longjmp the next ones stand at the outermost level again. */
Test(nesting, calls_left_by_longjmp)
{
	struct victim_runs runs;
	struct victim victim = {.name = "longjmp_out_of_call", .says_not_all = true};
	victim_check(&victim, NULL, &runs);
	const struct run *run = &runs.text;
	expect_matches(run->log, 1, "^\\[[0-9]+\\] fork returned %lu ", victim_fact(run, "last_child"));
	expect_matches(run->log, 1, "^\\[[0-9]+\\] pthread_create returned 0 .*: thread %lu ",
		       victim_fact(run, "last_thread"));
	expect_matches(run->log, 1, "^\\[[0-9]+\\]   clone\\(.*\\) += %lu$", victim_fact(run, "last_child"));
	victim_free(&runs);
}

Test(nesting, calls_left_by_cancellation)
{
	static const char *const calls[] = {"fork", "vfork", "clone"};
	for (int i = 0; i < 3; i++) {
		struct run run;
		struct victim victim = {.name = "cancelled_in_call", .arguments = {calls[i]}};
		victim_run(&victim, "text", &run);
		expect_matches(run.log, 1, "^\\[[0-9]+\\] fork returned %lu ", victim_fact(&run, "last_child"));
		run_free(&run);
	}
}

/* Two tasks on one TLS: no syscall may be ascribed to the other task's call. A clone is either under a clone or an orphan, a
   thread under a pthread_create or an orphan; and no call may end twice. */
Test(nesting, two_tasks_on_one_tls)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "clone_vm_shared_tls"}, NULL, &runs);
	const char *log = runs.text.log;
	expect_matches(log, 200, "pthread_create\\(.* called from ");
	expect_matches(log, 200, "pthread_create returned 0 ");
	expect_matches(log, 201, "clone\\(fn=.* called from ");
	expect_matches(log, 201, "clone returned [0-9]+ ");
	expect_matches(log, 0, "clone returned .*: thread ");
	expect_matches(log, 0, "pthread_create returned .*: process ");
	victim_free(&runs);
}

/* The tag of a line is the task that really made it, also after clone without CLONE_VM onto a new stack. */
Test(nesting, ids_are_read_again_in_the_child)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "clone_new_stack_forks"}, NULL, &runs);
	expect_matches(runs.text.log, 1 + 7, "^\\[[0-9]+\\] process: ");
	expect_matches(runs.text.log, 7, "^\\[[0-9]+\\] process: a copy of [0-9]+");
	victim_free(&runs);
}
