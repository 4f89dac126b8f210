/*
 * Hazard: the shim reads tids where libc keeps them, which is right for libc's threads only: here one task after the other makes a
 * process, and each must be told by its own tid: a process's only task, threads, a task that runs on another's TLS, threads after it,
 * and a thread and the first task of a copy.
 */
#include "victim.h"

#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>

static char stranger_stack[256 * 1024] __attribute__((aligned(16)));
static char child_stack[32 * 1024] __attribute__((aligned(16)));
static volatile pid_t stranger_tid, stranger_child;
static volatile int stranger_is_done;

struct maker {
	pid_t tid, child;
};

/* By assembly, as a task on another's TLS must not use libc. */
static long
system_call(long nr, long argument)
{
	long result;

	__asm__ volatile("syscall" : "=a"(result) : "a"(nr), "D"(argument) : "rcx", "r11", "memory");
	return result;
}

static int
exit_five(void *arg)
{
	(void)arg;
	return 5;
}

static pid_t
fork_five(void)
{
	pid_t child = fork();

	CHECK(child >= 0);
	if (child == 0)
		_exit(5);
	await_child(child, 5);
	return child;
}

static void *
fork_in_thread(void *result)
{
	struct maker *maker = result;

	maker->tid = gettid();
	maker->child = fork_five();
	return NULL;
}

static void
make_thread_that_forks(void)
{
	struct maker maker;
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, fork_in_thread, &maker) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	made(gettid(), "thread", maker.tid);
	made(maker.tid, "process", maker.child);
}

/* libc's clone is a few instructions of assembly, which use no TLS unless it fails. */
static int
be_a_stranger(void *arg)
{
	(void)arg;
	stranger_tid = (pid_t)system_call(SYS_gettid, 0);
	stranger_child = clone(exit_five, child_stack + sizeof(child_stack), SIGCHLD, NULL);
	stranger_is_done = 1;
	system_call(SYS_exit, 0);
	return 0;
}

static void
make_stranger(void)
{
	int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
	pid_t thread = clone(be_a_stranger, stranger_stack + sizeof(stranger_stack), flags, NULL);

	CHECK(thread > 0);
	while (!stranger_is_done)
		sched_yield();
	CHECK(stranger_tid == thread);
	await_child(stranger_child, 5);
	made(getpid(), "thread", thread);
	made(stranger_tid, "process", stranger_child);
}

static void
go_on_in_copy(void)
{
	pid_t child;

	fflush(stdout);
	child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		made(getpid(), "process", fork_five());
		make_thread_that_forks();
		made(getpid(), "process", fork_five());
		fflush(stdout);
		_exit(5);
	}
	await_child(child, 5);
	made(getpid(), "process", child);
}

int
main(void)
{
	made(getpid(), "process", fork_five());
	make_thread_that_forks();
	made(getpid(), "process", fork_five());
	make_thread_that_forks();
	go_on_in_copy();
	make_stranger();
	made(getpid(), "process", fork_five());
	make_thread_that_forks();
	go_on_in_copy();
	return ok();
}
