/* Hazard: clone(2) has up to three arguments beyond its prototype; each must reach the kernel. */
#include "victim.h"

#include <sched.h>
#include <signal.h>

static char stack[64 * 1024] __attribute__((aligned(16)));

static int
exit_with(void *arg)
{
	return (int)(intptr_t)arg;
}

int
main(void)
{
	pid_t parent_tid = -1, child_tid = -1;
	pid_t child =
		clone(exit_with, stack + sizeof(stack), CLONE_VM | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | SIGCHLD,
		      (void *)9, &parent_tid, NULL, &child_tid);
	CHECK(child > 0);
	await_child(child, 9);
	CHECK(parent_tid == child && child_tid == child);
	made(getpid(), "process", child);
	fact_address("stack_top", stack + sizeof(stack));
	fact_address("parent_tid", &parent_tid);
	fact_address("child_tid", &child_tid);
	return ok();
}
