/* Hazard: a call that succeeds leaves errno alone; ours may not touch it either, in parent or child. */
#include "victim.h"

#include <sched.h>
#include <signal.h>
#include <threads.h>

#define UNTOUCHED 4242

static char stack[64 * 1024] __attribute__((aligned(16)));

static void *
check_errno(void *arg)
{
	CHECK(errno == 0);
	return store_tid(arg);
}

static int
check_errno_c11(void *arg)
{
	check_errno(arg);
	return 0;
}

static int
exit_five(void *arg)
{
	(void)arg;
	return errno == UNTOUCHED ? 5 : 6;
}

int
main(void)
{
	pthread_t thread;
	pid_t tid, child;
	thrd_t c11_thread;

	errno = UNTOUCHED;
	CHECK(pthread_create(&thread, NULL, check_errno, &tid) == 0 && errno == UNTOUCHED);
	CHECK(pthread_join(thread, NULL) == 0);
	made(getpid(), "thread", tid);

	errno = UNTOUCHED;
	CHECK(thrd_create(&c11_thread, check_errno_c11, &tid) == thrd_success && errno == UNTOUCHED);
	CHECK(thrd_join(c11_thread, NULL) == thrd_success);
	made(getpid(), "thread", tid);

	errno = UNTOUCHED;
	child = fork();
	CHECK(child >= 0 && errno == UNTOUCHED);
	if (child == 0)
		_exit(7);
	await_child(child, 7);
	made(getpid(), "process", child);

	errno = UNTOUCHED;
	child = vfork();
	CHECK(child >= 0 && errno == UNTOUCHED);
	if (child == 0)
		_exit(7);
	await_child(child, 7);
	made(getpid(), "vfork", child);

	errno = UNTOUCHED;
	child = clone(exit_five, stack + sizeof(stack), SIGCHLD, NULL);
	CHECK(child >= 0 && errno == UNTOUCHED);
	await_child(child, 5);
	made(getpid(), "process", child);
	return ok();
}
