/* Hazard: the program's own handlers and mask for SIGSYS, SIGSEGV, SIGPIPE and SIGXFSZ are as it left them after each call. */
#include "victim.h"

#include <signal.h>

static const int signals[] = {SIGSYS, SIGSEGV, SIGPIPE, SIGXFSZ, SIGTRAP};
#define COUNT (int)(sizeof(signals) / sizeof(signals[0]))

static void
handler(int signal)
{
	(void)signal;
}

static void
check_unchanged(const sigset_t *mask)
{
	sigset_t now;
	CHECK(pthread_sigmask(SIG_SETMASK, NULL, &now) == 0);
	for (int i = 0; i < COUNT; i++) {
		struct sigaction action;
		CHECK(sigismember(&now, signals[i]) == sigismember(mask, signals[i]));
		CHECK(sigaction(signals[i], NULL, &action) == 0);
		CHECK(action.sa_handler == handler && (action.sa_flags & SA_NODEFER));
	}
}

int
main(void)
{
	sigset_t mask;
	sigemptyset(&mask);
	sigaddset(&mask, SIGPIPE);
	sigaddset(&mask, SIGSYS);
	CHECK(pthread_sigmask(SIG_SETMASK, &mask, NULL) == 0);
	for (int i = 0; i < COUNT; i++)
		CHECK(sigaction(signals[i], &(struct sigaction){.sa_handler = handler, .sa_flags = SA_NODEFER}, NULL) ==
		      0);
	made(getpid(), "thread", create_and_join(NULL));
	check_unchanged(&mask);
	made(getpid(), "process", fork_and_wait());
	check_unchanged(&mask);
	pid_t child = vfork();
	CHECK(child >= 0);
	if (child == 0)
		_exit(7);
	await_child(child, 7);
	made(getpid(), "vfork", child);
	check_unchanged(&mask);
	return ok();
}
