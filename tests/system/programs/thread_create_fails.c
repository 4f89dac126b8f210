/*
 * Hazard: creations that fail: the result and errno of the call and of the syscall both reach the program and the log.
 * The argument says how: "eagain" (RLIMIT_NPROC, as a user who is bound by it), "eperm" (the thread is made, then may not have
 * the scheduling that was asked for), "einval" (clone's own check in libc, and the kernel's).
 */
#include "victim.h"

#include <sched.h>
#include <signal.h>
#include <sys/resource.h>

#define NOBODY 65534

static void
become_nobody(void)
{
	if (geteuid() == 0)
		CHECK(setresgid(NOBODY, NOBODY, NOBODY) == 0 && setresuid(NOBODY, NOBODY, NOBODY) == 0);
}

static void
fail_with_eagain(void)
{
	pthread_t thread;
	pid_t tid;
	CHECK(setrlimit(RLIMIT_NPROC, &(struct rlimit){1, 1}) == 0);
	become_nobody();
	CHECK(pthread_create(&thread, NULL, store_tid, &tid) == EAGAIN);
	made_error(getpid(), "thread", "EAGAIN");
	errno = 4242;
	CHECK(fork() == -1 && errno == EAGAIN);
	made_error(getpid(), "process", "EAGAIN");
	errno = 4242;
	CHECK(vfork() == -1 && errno == EAGAIN);
	made_error(getpid(), "vfork", "EAGAIN");
}

static void
fail_with_eperm(void)
{
	pthread_t thread;
	pid_t tid;
	pthread_attr_t attributes;
	setrlimit(RLIMIT_RTPRIO, &(struct rlimit){0, 0});
	become_nobody();
	CHECK(pthread_attr_init(&attributes) == 0);
	CHECK(pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED) == 0);
	CHECK(pthread_attr_setschedpolicy(&attributes, SCHED_FIFO) == 0);
	CHECK(pthread_attr_setschedparam(&attributes, &(struct sched_param){.sched_priority = 1}) == 0);
	CHECK(pthread_create(&thread, &attributes, store_tid, &tid) == EPERM);
	printf("made %d thread ?\n", getpid());
}

static int
never_runs(void *arg)
{
	(void)arg;
	return 1;
}

static void
fail_with_einval(void)
{
	static char stack[16 * 1024] __attribute__((aligned(16)));
	errno = 0;
	CHECK(clone(never_runs, stack + sizeof(stack), CLONE_THREAD | SIGCHLD, NULL) == -1 && errno == EINVAL);
	made_error(getpid(), "thread", "EINVAL");
	errno = 0;
	CHECK(clone(never_runs, stack + sizeof(stack), CLONE_NEWNS | CLONE_FS | SIGCHLD, NULL) == -1 &&
	      errno == EINVAL);
	made_error(getpid(), "process", "EINVAL");
	errno = 0;
	CHECK(clone(NULL, stack + sizeof(stack), SIGCHLD, NULL) == -1 && errno == EINVAL);
	errno = 0;
	CHECK(clone(never_runs, NULL, SIGCHLD, NULL) == -1 && errno == EINVAL);
}

int
main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";
	if (strcmp(how, "eagain") == 0)
		fail_with_eagain();
	else if (strcmp(how, "eperm") == 0)
		fail_with_eperm();
	else
		fail_with_einval();
	return ok();
}
