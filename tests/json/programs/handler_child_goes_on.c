/*
 * Hazard: a signal handler that has interrupted a call of fork makes a child, and the child returns from the handler: it goes on
 * with a copy of a call that its parent began.
 */
#include <features.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/time.h>

#include "../../system/programs/victim.h"

#define CHILDREN 20

static volatile sig_atomic_t children;
static volatile bool is_child;

static pid_t
make_process(void)
{
#if __GLIBC_PREREQ(2, 34)
	return _Fork();
#else
	return fork();
#endif
}

static void
on_alarm(int signal)
{
	int error = errno;
	pid_t child = !is_child && children < CHILDREN ? make_process() : -1;
	(void)signal;
	if (child == 0)
		is_child = true;
	else if (child > 0)
		children++;
	errno = error;
}

int
main(void)
{
	struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
	struct itimerval often = {{0, 700}, {0, 700}};
	int status;
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	while (children < CHILDREN) {
		pid_t child = make_process();
		if (child == 0 && !is_child)
			_exit(0);
		while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
			;
		if (is_child)
			_exit(0);
	}
	setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 0}}, NULL);
	while (waitpid(-1, &status, 0) > 0 || errno == EINTR)
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	return ok();
}
