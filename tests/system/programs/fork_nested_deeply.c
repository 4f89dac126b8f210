/* Hazard: fork inside fork inside fork: a prepare handler of pthread_atfork forks again, sixteen levels deep. */
#include "victim.h"

#define LEVELS 16

static int level;
static pid_t children[LEVELS + 1];

static void
prepare(void)
{
	if (level < LEVELS) {
		int own = ++level;
		children[own] = fork_and_wait();
	}
}

int
main(void)
{
	CHECK(pthread_atfork(prepare, NULL, NULL) == 0);
	children[0] = fork_and_wait();
	for (int i = 0; i <= LEVELS; i++)
		made(getpid(), "process", children[i]);
	return ok();
}
