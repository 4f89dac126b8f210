/*
 * Hazard: a thread sets who handles SIGSYS by the old functions, sigset(3) and its kin, while another one is in a call, where the
 * shim's handler is in place: they tell and set what they would without the shim, and the call goes on.
 */
#include "victim.h"

#include <signal.h>

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

static volatile sig_atomic_t handled, handled_otherwise;

static void
on_sigsys(int signal)
{
	handled += signal == SIGSYS;
}

static void
on_sigsys_otherwise(int signal)
{
	handled_otherwise += signal == SIGSYS;
}

static struct sigaction
current(void)
{
	struct sigaction action;
	CHECK(sigaction(SIGSYS, NULL, &action) == 0);
	return action;
}

static int
is_blocked(void)
{
	sigset_t now;
	CHECK(pthread_sigmask(SIG_SETMASK, NULL, &now) == 0);
	return sigismember(&now, SIGSYS);
}

static void
set_hold_and_ignore(void)
{
	handled = handled_otherwise = 0;
	CHECK(sigset(SIGSYS, on_sigsys) == SIG_DFL && !is_blocked());
	CHECK(raise(SIGSYS) == 0 && handled == 1);
	CHECK(sigset(SIGSYS, SIG_HOLD) == on_sigsys && is_blocked());
	CHECK(sigset(SIGSYS, SIG_HOLD) == SIG_HOLD && current().sa_handler == on_sigsys);
	CHECK(raise(SIGSYS) == 0 && handled == 1);
	CHECK(sigset(SIGSYS, on_sigsys_otherwise) == SIG_HOLD && !is_blocked());
	CHECK(handled == 1 && handled_otherwise == 1);
	CHECK(sigignore(SIGSYS) == 0 && current().sa_handler == SIG_IGN && !(current().sa_flags & SA_RESTART));
	CHECK(raise(SIGSYS) == 0 && handled == 1 && handled_otherwise == 1);
	CHECK(sigset(SIGSYS, SIG_DFL) == SIG_IGN);
}

static int
restarts(void)
{
	return (current().sa_flags & SA_RESTART) != 0;
}

/* What signal(3) does behind siginterrupt(3) is the libc's own: what it prints has to be the same under the shim. */
static void
interrupt(void)
{
	CHECK(signal(SIGSYS, on_sigsys) == SIG_DFL && restarts());
	CHECK(siginterrupt(SIGSYS, 1) == 0 && !restarts() && current().sa_handler == on_sigsys);
	CHECK(signal(SIGSYS, on_sigsys) == on_sigsys);
	printf("signal restarts behind siginterrupt: %d\n", restarts());
	CHECK(siginterrupt(SIGSYS, 0) == 0 && restarts());
	CHECK(signal(SIGSYS, SIG_DFL) == on_sigsys && restarts());
}

static void *
change_all(void *arg)
{
	usleep(50000);
	set_hold_and_ignore();
	interrupt();
	CHECK(sigset(SIGSYS, on_sigsys) == SIG_DFL);
	return arg;
}

int
main(void)
{
	pthread_t thread;
	CHECK(pthread_create(&thread, NULL, change_all, NULL) == 0);
	CHECK(system("sleep 0.3; exit 3") == 3 << 8);
	CHECK(pthread_join(thread, NULL) == 0 && current().sa_handler == on_sigsys);
	fork_and_wait();
	return ok();
}
