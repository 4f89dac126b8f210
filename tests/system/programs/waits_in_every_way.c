/*
 * Hazard: the wait family is looked at on its way back. Every function, with and without a place for the status, with all that can
 * come in between: no child, a signal, a bad pointer, a child that has only stopped, a thread that is cancelled while it waits.
 */
#include "victim.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>

/* Not a constant, so that the compiler does not warn of what is done on purpose. */
static void *volatile unreadable = (void *)8;

static pid_t
child_that_exits(int status)
{
	pid_t child = fork();
	CHECK(child >= 0);
	if (child == 0)
		_exit(status);
	made(getpid(), "process", child);
	return child;
}

static void
is_exit(int status, int expected)
{
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == expected);
}

static void
plain(void)
{
	struct rusage usage = {.ru_maxrss = -1};
	int status = -1;
	pid_t child = child_that_exits(11);
	CHECK(wait(&status) == child);
	is_exit(status, 11);
	child = child_that_exits(12);
	CHECK(waitpid(child, &status, 0) == child);
	is_exit(status, 12);
	child = child_that_exits(13);
	CHECK(wait3(&status, 0, &usage) == child && usage.ru_maxrss > 0);
	is_exit(status, 13);
	child = child_that_exits(14);
	usage.ru_maxrss = -1;
	CHECK(wait4(child, &status, 0, &usage) == child && usage.ru_maxrss > 0);
	is_exit(status, 14);
}

static void
without_status(void)
{
	pid_t child = child_that_exits(21);
	CHECK(wait(NULL) == child);
	child = child_that_exits(22);
	CHECK(waitpid(child, NULL, 0) == child);
	child = child_that_exits(23);
	CHECK(wait3(NULL, 0, NULL) == child);
	child = child_that_exits(24);
	CHECK(wait4(child, NULL, 0, NULL) == child);
}

static void
with_information(void)
{
	siginfo_t information = {.si_pid = -1};
	pid_t child = child_that_exits(31);
	CHECK(waitid(P_PID, (id_t)child, &information, WEXITED | WNOWAIT) == 0 && information.si_pid == child);
	CHECK(waitid(P_PID, (id_t)child, &information, WEXITED) == 0 && information.si_pid == child);
	CHECK(information.si_code == CLD_EXITED && information.si_status == 31);
	child = fork();
	CHECK(child >= 0);
	if (child == 0)
		raise(SIGKILL);
	made(getpid(), "process", child);
	CHECK(waitid(P_ALL, 0, &information, WEXITED) == 0 && information.si_code == CLD_KILLED);
	child = child_that_exits(0);
	CHECK(waitid(P_PID, (id_t)child, NULL, WEXITED) == 0);
}

static void
failures(void)
{
	int status = 77;
	pid_t child;
	errno = 0;
	CHECK(wait(&status) == -1 && errno == ECHILD && status == 77);
	errno = 0;
	CHECK(waitid(P_ALL, 0, NULL, WEXITED) == -1 && errno == ECHILD);
	child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		pause();
		_exit(1);
	}
	made(getpid(), "process", child);
	errno = 5;
	CHECK(waitpid(child, &status, WNOHANG) == 0 && status == 77 && errno == 5);
	CHECK(kill(child, SIGSTOP) == 0 && waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status));
	errno = 0;
	CHECK(kill(child, SIGKILL) == 0 && waitpid(child, unreadable, 0) == -1 && errno == EFAULT);
}

static void
nothing(int signal)
{
	(void)signal;
}

static void
interrupted(void)
{
	struct itimerval soon = {{0, 0}, {0, 20000}};
	struct sigaction action = {.sa_handler = nothing};
	pid_t child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		pause();
		_exit(1);
	}
	made(getpid(), "process", child);
	CHECK(sigaction(SIGALRM, &action, NULL) == 0 && setitimer(ITIMER_REAL, &soon, NULL) == 0);
	errno = 0;
	CHECK(waitpid(child, NULL, 0) == -1 && errno == EINTR);
	CHECK(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
}

static void *
wait_for_ever(void *child)
{
	waitpid(*(pid_t *)child, NULL, 0);
	return NULL;
}

static void
cancelled(void)
{
	pthread_t thread;
	pid_t child = fork();
	void *result;
	CHECK(child >= 0);
	if (child == 0) {
		pause();
		_exit(1);
	}
	made(getpid(), "process", child);
	CHECK(pthread_create(&thread, NULL, wait_for_ever, &child) == 0);
	usleep(20000);
	CHECK(pthread_cancel(thread) == 0 && pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
	printf("made %d thread ?\n", getpid());
	CHECK(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
}

int
main(void)
{
	plain();
	without_status();
	with_information();
	failures();
	interrupted();
	cancelled();
	return ok();
}
