/*
 * Hazard: a signal handler makes a process while the code that it interrupted is in the midst of making one: calls nest, at any
 * instruction. With the argument "altstack" the handler runs on a small signal stack; with "threads" it interrupts
 * pthread_create.
 *
 * Bare, fork is safe here only in a program with one thread; _Fork and vfork are always.
 */
#include "victim.h"

#include <features.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/time.h>

#define INTERRUPTED 100
#define HANDLED_MAX INTERRUPTED

static volatile pid_t handled[HANDLED_MAX], handled_by[HANDLED_MAX];
static int handled_count;
static bool threads;

static pid_t
fork_safely(void)
{
#if __GLIBC_PREREQ(2, 34)
	if (threads)
		return _Fork();
#endif
	return fork();
}

static void
on_alarm(int signal)
{
	int saved = errno, own = __atomic_fetch_add(&handled_count, 1, __ATOMIC_SEQ_CST);
	(void)signal;
	if (own < HANDLED_MAX) {
		pid_t child = fork_safely();
		CHECK(child >= 0);
		if (child == 0)
			_exit(7);
		await_child(child, 7);
		handled[own] = child;
		handled_by[own] = gettid(); /* with "threads", any of them */
	}
	errno = saved;
}

int
main(int argc, char **argv)
{
	static pid_t interrupted[INTERRUPTED];
	struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
	int count = 0;
	threads = argc > 1 && strcmp(argv[1], "threads") == 0;
	if (argc > 1 && strcmp(argv[1], "altstack") == 0) {
		long size = sysconf(_SC_MINSIGSTKSZ) + 8192;
		CHECK(sigaltstack(&(stack_t){.ss_sp = malloc((size_t)size), .ss_size = (size_t)size}, NULL) == 0);
		action.sa_flags |= SA_ONSTACK;
	}
	CHECK(sigaction(SIGALRM, &action, NULL) == 0);
	while (count < INTERRUPTED) {
		/* From soon after the call has begun to about its end. */
		struct itimerval once = {{0, 0}, {0, 1 + count * 37 % 400}};
		CHECK(setitimer(ITIMER_REAL, &once, NULL) == 0);
		interrupted[count++] = threads ? create_and_join(NULL) : fork_and_wait();
	}
	CHECK(setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 0}}, NULL) == 0);

	for (int i = 0; i < count; i++)
		made(getpid(), threads ? "thread" : "process", interrupted[i]);
	for (int i = 0; i < handled_count && i < HANDLED_MAX; i++)
		made(handled_by[i], "process", handled[i]);
	CHECK(handled_count > 0);
	return ok();
}
