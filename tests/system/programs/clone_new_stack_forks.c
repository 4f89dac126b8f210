/* Hazard: clone without CLONE_VM on a stack of its own: a process as after fork, but without fork's own care for cached ids.
   Its child forks, and creates a thread: the log must name the new process, not the old one. */
#include "victim.h"

#include <sched.h>
#include <signal.h>

static char stack[256 * 1024] __attribute__((aligned(16)));
static struct {
	pid_t self, forked, thread;
} * told;

static int
child_side(void *arg)
{
	(void)arg;
	told->self = getpid();
	told->forked = fork_and_wait();
	told->thread = create_and_join(NULL);
	return 5;
}

int
main(void)
{
	told = shared_memory(sizeof(*told));
	for (int i = 0; i < 3; i++) {
		pid_t child = clone(child_side, stack + sizeof(stack), SIGCHLD, NULL);
		CHECK(child > 0);
		await_child(child, 5);
		CHECK(told->self == child);
		made(getpid(), "process", child);
		made(child, "process", told->forked);
		made(child, "thread", told->thread);
	}
	made(getpid(), "process", fork_and_wait());
	return ok();
}
