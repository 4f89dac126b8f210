/*
 * Hazard: signals in the midst of calls whose system calls are trapped: a timer, another thread, handlers that block everything, make
 * system calls and calls of their own, on the alternate stack. Usage: window_signals CALLS.
 */
#include "victim.h"

#include <signal.h>
#include <spawn.h>
#include <sys/time.h>

static volatile sig_atomic_t alarms, users, goes_on = 1;
static pthread_t main_thread;

static void
on_alarm(int signal)
{
	int saved = errno;
	char byte;
	(void)signal;
	CHECK(read(-1, &byte, 1) == -1 && errno == EBADF);
	alarms++;
	errno = saved;
}

static void
on_user(int signal)
{
	int saved = errno;
	stack_t stack;
	(void)signal;
	CHECK(sigaltstack(NULL, &stack) == 0 && stack.ss_flags == SS_ONSTACK);
	if (++users % 64 == 0)
		fork_and_wait();
	errno = saved;
}

static void *
send_signals(void *arg)
{
	while (goes_on) {
		CHECK(pthread_kill(main_thread, SIGUSR1) == 0);
		usleep(100);
	}
	return arg;
}

static void
spawn_and_wait(void)
{
	char *const argv[] = {(char *)"sh", (char *)"-c", (char *)"exit 7", NULL};
	pid_t child;
	CHECK(posix_spawn(&child, "/bin/sh", NULL, NULL, argv, environ) == 0);
	await_child(child, 7);
}

/* What is blocked stays blocked, and what is pending, pending. */
static void
check_mask(const sigset_t *expected)
{
	sigset_t now, pending;
	CHECK(pthread_sigmask(SIG_SETMASK, NULL, &now) == 0);
	for (int signal = 1; signal < 65; signal++)
		CHECK(sigismember(&now, signal) == sigismember(expected, signal));
	CHECK(sigpending(&pending) == 0 && sigismember(&pending, SIGUSR2) == 1);
}

int
main(int argc, char **argv)
{
	static char memory[64 * 1024];
	struct sigaction alarm_action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART},
			 user_action = {.sa_handler = on_user, .sa_flags = SA_ONSTACK | SA_RESTART};
	struct itimerval often = {{0, 200}, {0, 200}}, never = {{0, 0}, {0, 0}};
	int calls = argc > 1 ? atoi(argv[1]) : 100;
	sigset_t mask;
	pthread_t sender;

	main_thread = pthread_self();
	CHECK(sigaltstack(&(stack_t){.ss_sp = memory, .ss_size = sizeof(memory)}, NULL) == 0);
	sigfillset(&alarm_action.sa_mask);
	sigemptyset(&user_action.sa_mask);
	sigaddset(&user_action.sa_mask, SIGALRM); /* a fork that signals interrupt too often never gets done */
	CHECK(sigaction(SIGALRM, &alarm_action, NULL) == 0 && sigaction(SIGUSR1, &user_action, NULL) == 0);
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR2);
	CHECK(pthread_sigmask(SIG_SETMASK, &mask, NULL) == 0 && raise(SIGUSR2) == 0);
	CHECK(pthread_create(&sender, NULL, send_signals, NULL) == 0);
	CHECK(setitimer(ITIMER_REAL, &often, NULL) == 0);
	for (int i = 0; i < calls; i++) {
		if (i % 50 == 0)
			CHECK(system("exit 3") == 3 << 8);
		else if (i % 10 == 0)
			spawn_and_wait();
		else
			create_and_join(NULL);
		check_mask(&mask);
	}
	CHECK(setitimer(ITIMER_REAL, &never, NULL) == 0);
	goes_on = 0;
	CHECK(pthread_join(sender, NULL) == 0);
	CHECK(alarms > 0 && users > 0);
	return ok();
}
