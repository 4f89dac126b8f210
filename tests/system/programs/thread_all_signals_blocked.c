/* Hazard: pthread_create with every signal blocked: nothing may rely on a signal being delivered, and the mask that the new
   thread inherits must be the creator's. */
#include "victim.h"

#include <signal.h>

static void *
check_mask(void *arg)
{
	sigset_t mask;
	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	CHECK(sigismember(&mask, SIGUSR1) && sigismember(&mask, SIGSYS) && sigismember(&mask, SIGSEGV));
	return store_tid(arg);
}

int
main(void)
{
	sigset_t all, mask;
	sigfillset(&all);
	CHECK(pthread_sigmask(SIG_SETMASK, &all, NULL) == 0);
	for (int i = 0; i < 10; i++) {
		pthread_t thread;
		pid_t tid;
		CHECK(pthread_create(&thread, NULL, check_mask, &tid) == 0);
		CHECK(pthread_join(thread, NULL) == 0);
		made(getpid(), "thread", tid);
		made(getpid(), "process", fork_and_wait());
	}
	CHECK(pthread_sigmask(SIG_SETMASK, NULL, &mask) == 0);
	for (int signal = 1; signal < SIGSYS; signal++)
		CHECK(sigismember(&mask, signal) == (signal != SIGKILL && signal != SIGSTOP));
	return ok();
}
