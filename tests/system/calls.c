/* calls.c: what the log says of each intercepted call: what it asked for, what it made, what it answered. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "harness/victim_check.h"

TestSuite(calls, .timeout = 120);

/* The call, the syscall inside it, and the end, in this order; the call's own name in the first and the last. */
static void
expect_call(const char *log, const char *name, const char *syscall, const char *end)
{
	char pattern[128];
	const char *line = log;
	const char *parts[] = {name, syscall, end};
	for (int i = 0; i < 3; i++) {
		snprintf(pattern, sizeof(pattern), "] %s%s", i == 1 ? "  " : "", parts[i]);
		line = strstr(line, pattern);
		cr_assert(line, "expected %s, then %s, then %s in\n%s", name, syscall, end, log);
		line += strlen(pattern);
	}
}

Test(calls, each_once)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "every_call"}, NULL, &runs);
	const char *log = runs.text.log;
	expect_matches(log, 1, "^\\[[0-9]+\\] process: every_call \\(.*/every_call\\), glibc [0-9.]+, probe patch");
	expect_call(log, "pthread_create(", "clone", "pthread_create returned 0");
	expect_call(log, "thrd_create(", "clone", "thrd_create returned thrd_success");
	expect_call(log, "fork()", "clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD",
		    "fork returned ");
	expect_call(log, "vfork()", "vfork() ", "vfork: result not observed");
	expect_call(log, "clone(fn=", "clone(child_stack=0x", "clone returned ");
	expect_matches(log, 1,
		       "pthread_create\\(thread=0x[0-9a-f]+, attr=NULL, start_routine=.*, arg=0x[0-9a-f]+\\) "
		       "called from .*; stack: libc's default");
	expect_matches(log, 1,
		       "pthread_create returned 0 after .*: thread [0-9]+ on stack 0x[0-9a-f]+-0x[0-9a-f]+ "
		       "\\(.*guard.*mapped by libc\\)");
	expect_matches(log, 1,
		       "^\\[[0-9]+\\] fork returned [0-9]+ after .*: process [0-9]+ on a copy of the parent's stack");
	expect_matches(log, 1, "clone\\(fn=.*flags=CLONE_VM\\|CLONE_FS\\|SIGCHLD");
	victim_free(&runs);
}

Test(calls, user_stack)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "thread_user_stack"}, NULL, &runs);
	unsigned long stack = victim_fact(&runs.text, "stack"), size = victim_fact(&runs.text, "size");
	expect_matches(runs.text.log, 1, "pthread_create\\(.*; stack: 256 KiB at 0x%lx", stack);
	expect_matches(runs.text.log, 1, "pthread_create returned 0 .* on stack 0x%lx-0x[0-9a-f]+ .*program", stack);
	stack = victim_fact(&runs.strace, "stack");
	expect_matches(runs.strace.log, 1, "stack=0x%lx", stack);
	cr_assert_eq(size, 256 * 1024);
	victim_free(&runs);
}

Test(calls, attributes)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "thread_attributes"}, NULL, &runs);
	const char *log = runs.text.log;
	expect_matches(log, 2, "pthread_create\\(.*; stack: 1 MiB, guard 64 KiB.*SCHED_OTHER.*cpus [0-9]+");
	expect_matches(log, 1, "pthread_create\\(.*detached");
	expect_matches(log, 2, "pthread_create returned 0 .*guard 64 KiB, mapped by libc");
	victim_free(&runs);
}

Test(calls, clone_arguments)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "clone_variadic_arguments"}, NULL, &runs);
	const struct run *run = &runs.text;
	expect_matches(
		run->log, 1,
		"clone\\(fn=.*, stack=0x%lx, flags=CLONE_VM\\|CLONE_PARENT_SETTID\\|CLONE_CHILD_SETTID\\|SIGCHLD, "
		"arg=0x9, parent_tid=0x%lx, .*child_tid=0x%lx\\) called from",
		victim_fact(run, "stack_top"), victim_fact(run, "parent_tid"), victim_fact(run, "child_tid"));
	expect_matches(runs.strace.log, 1, "parent_tid=\\[[0-9]+\\], child_tidptr=0x%lx\\)",
		       victim_fact(&runs.strace, "child_tid"));
	victim_free(&runs);
}

Test(calls, failing_with_eagain)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "thread_create_fails", .arguments = {"eagain"}}, NULL, &runs);
	const char *log = runs.text.log;
	expect_matches(log, 1, "pthread_create returned EAGAIN");
	expect_matches(log, 1, "\\] fork returned -1 EAGAIN");
	expect_matches(log, 3, "(clone3?|vfork)\\(.*\\) += -1 EAGAIN \\(Resource temporarily unavailable\\)");
	victim_free(&runs);
}

/* The thread is made, and ends again inside pthread_create, since it may not have the scheduling that was asked for. */
Test(calls, failing_with_eperm)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "thread_create_fails", .arguments = {"eperm"}}, NULL, &runs);
	expect_matches(runs.text.log, 1, "pthread_create\\(.*SCHED_FIFO priority 1");
	expect_matches(runs.text.log, 1, "pthread_create returned EPERM");
	expect_matches(runs.text.log, 1, "clone3?\\(.*\\) += [0-9]+");
	victim_free(&runs);
}

/* Two that the kernel refuses, and two that libc refuses without a syscall. */
Test(calls, failing_with_einval)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "thread_create_fails", .arguments = {"einval"}}, NULL, &runs);
	expect_matches(runs.text.log, 4, "\\] clone returned -1 EINVAL");
	expect_matches(runs.text.log, 2, "clone\\(child_stack=0x.*\\) += -1 EINVAL \\(Invalid argument\\)");
	victim_free(&runs);
}

Test(calls, errno_is_kept)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "errno_kept"}, NULL, &runs);
	victim_free(&runs);
}
