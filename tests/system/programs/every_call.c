/* No hazard: each intercepted libc call once, in the order of the table in shim/decode/libc_calls.h. */
#include "victim.h"

#include <features.h>
#include <sched.h>
#include <signal.h>
#include <threads.h>

static char stack[64 * 1024] __attribute__((aligned(16)));

static int
store_tid_c11(void *arg)
{
	store_tid(arg);
	return 0;
}

static int
exit_five(void *arg)
{
	(void)arg;
	return 5;
}

int
main(void)
{
	pid_t tid = 0, child;
	thrd_t thread;
	made(getpid(), "thread", create_and_join(NULL));

	CHECK(thrd_create(&thread, store_tid_c11, &tid) == thrd_success && thrd_join(thread, NULL) == thrd_success);
	made(getpid(), "thread", tid);

	made(getpid(), "process", fork_and_wait());

#if __GLIBC_PREREQ(2, 34)
	child = _Fork();
#else
	child = fork();
#endif
	if (child == 0)
		_exit(7);
	await_child(child, 7);
	made(getpid(), "process", child);

	child = vfork();
	if (child == 0)
		_exit(7);
	await_child(child, 7);
	made(getpid(), "vfork", child);

	child = clone(exit_five, stack + sizeof(stack), CLONE_VM | CLONE_FS | SIGCHLD, NULL);
	await_child(child, 5);
	made(getpid(), "process", child);
	return ok();
}
