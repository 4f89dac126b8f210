/* Hazard: a vfork child makes processes by fork and by clone while its parent is suspended in vfork and shares its TLS. */
#include "victim.h"

#include <sched.h>
#include <signal.h>

static char stack[64 * 1024] __attribute__((aligned(16)));
static volatile pid_t child_id, forked, cloned;

static int
exit_five(void *arg)
{
	(void)arg;
	return 5;
}

int
main(void)
{
	for (volatile int round = 0; round < 5; round++) {
		pid_t child = vfork();
		CHECK(child >= 0);
		if (child == 0) {
			child_id = getpid();
			forked = fork();
			if (forked == 0)
				_exit(7);
			cloned = clone(exit_five, stack + sizeof(stack), CLONE_VM | SIGCHLD, NULL);
			await_child(forked, 7);
			await_child(cloned, 5);
			_exit(0);
		}
		await_child(child, 0);
		CHECK(child == child_id);
		made(getpid(), "vfork", child);
		made(child, "process", forked);
		made(child, "process", cloned);
	}
	return ok();
}
