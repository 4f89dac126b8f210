/* Hazard: pthread_atfork handlers create threads: libc calls inside a libc call, before and after its syscall, in parent and
   child. */
#include "victim.h"

static struct {
	volatile pid_t prepare, parent, child;
} * told;

static void
prepare(void)
{
	told->prepare = create_and_join(NULL);
}

static void
parent(void)
{
	told->parent = create_and_join(NULL);
}

static void
child(void)
{
	told->child = create_and_join(NULL);
}

int
main(void)
{
	told = shared_memory(sizeof(*told));
	CHECK(pthread_atfork(prepare, parent, child) == 0);
	for (int i = 0; i < 5; i++) {
		pid_t forked = fork_and_wait();
		made(getpid(), "thread", told->prepare);
		made(getpid(), "process", forked);
		made(getpid(), "thread", told->parent);
		made(forked, "thread", told->child);
	}
	return ok();
}
