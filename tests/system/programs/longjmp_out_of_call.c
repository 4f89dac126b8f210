/*
 * Hazard: a signal handler leaves by siglongjmp in the midst of fork or clone: the call never ends, and what it noted on its
 * stack is gone when the next one begins.
 *
 * Bare, this is safe for clone (a few instructions of assembly) and for fork while the program has one thread; not for
 * pthread_create, which may hold malloc's lock.
 */
#include "victim.h"

#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>

#define JUMPS 200

static char stack[64 * 1024] __attribute__((aligned(16)));
static sigjmp_buf target;
static volatile int jumps;

static void
on_alarm(int signal)
{
	(void)signal;
	jumps++;
	siglongjmp(target, 1);
}

static int
exit_seven(void *arg)
{
	(void)arg;
	return 7;
}

int
main(void)
{
	struct itimerval soon = {{0, 0}, {0, 0}}, never = {{0, 0}, {0, 0}};
	CHECK(sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm}, NULL) == 0);
	while (jumps < JUMPS) {
		if (sigsetjmp(target, 1) == 0) {
			soon.it_value.tv_usec = 1 + (jumps * 37) % 400;
			CHECK(setitimer(ITIMER_REAL, &soon, NULL) == 0);
			for (;;) {
				pid_t child =
					jumps % 2 ? fork() : clone(exit_seven, stack + sizeof(stack), SIGCHLD, NULL);
				CHECK(child >= 0);
				if (child == 0)
					_exit(7);
				while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
					;
			}
		}
		CHECK(setitimer(ITIMER_REAL, &never, NULL) == 0);
		while (waitpid(-1, NULL, 0) > 0)
			;
		CHECK(errno == ECHILD);
	}
	fact_number("last_child", fork_and_wait());
	fact_number("last_thread", create_and_join(NULL));
	return ok();
}
