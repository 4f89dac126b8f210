/*
 * Hazard: clone(CLONE_VM) without CLONE_SETTLS: two tasks run at once with one TLS, so what one notes there about the call that
 * it is in, the other overwrites.
 *
 * Bare, glibc allows this only as far as the two do not use TLS at the same time: one side creates threads (malloc's cache is in
 * TLS), the other calls clone, which is a few instructions of assembly in libc; then they change places.
 */
#include "victim.h"

#include <sched.h>
#include <signal.h>

#define ROUNDS 100

static char child_stack[256 * 1024] __attribute__((aligned(16)));
static char stacks[2][32 * 1024] __attribute__((aligned(16)));
static volatile pid_t threads[2][ROUNDS], clones[2][ROUNDS];
static volatile int arrived[2];

static int
exit_five(void *arg)
{
	(void)arg;
	return 5;
}

/* Both sides start each phase together. */
static void
meet(int phase)
{
	__atomic_add_fetch(&arrived[phase], 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&arrived[phase], __ATOMIC_SEQ_CST) < 2)
		sched_yield();
}

static void
create_threads(int side)
{
	for (int i = 0; i < ROUNDS; i++)
		threads[side][i] = create_and_join(NULL);
}

static void
call_clone(int side)
{
	for (int i = 0; i < ROUNDS; i++) {
		clones[side][i] = clone(exit_five, stacks[side] + sizeof(stacks[side]), CLONE_VM | SIGCHLD, NULL);
		await_child(clones[side][i], 5);
	}
}

static int
child_side(void *arg)
{
	(void)arg;
	meet(0);
	create_threads(1);
	meet(1);
	call_clone(1);
	return 0;
}

int
main(void)
{
	pid_t parent = getpid();
	pid_t child = clone(child_side, child_stack + sizeof(child_stack), CLONE_VM | SIGCHLD, NULL);
	CHECK(child > 0);
	meet(0);
	call_clone(0);
	meet(1);
	create_threads(0);
	await_child(child, 0);

	made(parent, "process", child);
	for (int side = 0; side < 2; side++)
		for (int i = 0; i < ROUNDS; i++) {
			made(side ? child : parent, "thread", threads[side][i]);
			made(side ? child : parent, "process", clones[side][i]);
		}
	return ok();
}
