/* Hazard: a vfork child calls vfork, whose child does so again: one saved slot per thread is not enough, since all levels share
   the same TLS (llvm issue 105678). */
#include "victim.h"

#define LEVELS 3

/* Static: every level runs on the same memory. */
static volatile pid_t ids[LEVELS + 1];
static volatile int statuses[LEVELS];

/* Each level that vforks is a function of its own, whose frame the child above it leaves alone. */
static void __attribute__((noinline)) level(volatile int depth)
{
	pid_t child = vfork();
	if (child == 0) {
		ids[depth + 1] = getpid();
		if (depth + 1 < LEVELS)
			level(depth + 1);
		_exit(10 + depth);
	}
	int status = 0;
	if (child != ids[depth + 1] || waitpid(child, &status, 0) != child)
		_exit(99);
	statuses[depth] = WEXITSTATUS(status);
}

/* Two levels in one function: both make the call from the same place on the same stack, and only the task differs. */
static volatile pid_t first, second;

static void __attribute__((noinline)) same_frame(void)
{
	pid_t child = vfork();
	if (child == 0) {
		first = getpid();
		child = vfork();
		if (child == 0) {
			second = getpid();
			_exit(21);
		}
		int inner = 0;
		if (child != second || waitpid(child, &inner, 0) != child || WEXITSTATUS(inner) != 21)
			_exit(99);
		_exit(20);
	}
	CHECK(child == first);
	await_child(child, 20);
}

int
main(void)
{
	for (int round = 0; round < 5; round++) {
		ids[0] = getpid();
		level(0);
		CHECK(getpid() == ids[0]);
		for (int depth = 0; depth < LEVELS; depth++) {
			CHECK(statuses[depth] == 10 + depth);
			made(ids[depth], "vfork", ids[depth + 1]);
		}
	}
	for (int round = 0; round < 5; round++) {
		same_frame();
		made(getpid(), "vfork", first);
		made(first, "vfork", second);
	}
	made(getpid(), "process", fork_and_wait());
	return ok();
}
