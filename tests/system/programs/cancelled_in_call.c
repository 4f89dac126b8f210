/*
 * Hazard: a thread that is cancelled asynchronously in the midst of a call is unwound from there, through the shim's own frames,
 * which must say at every instruction where the frame above is; its cleanup handlers run. The argument says which call: "fork"
 * (_Fork), "vfork", "clone".
 *
 * Built without -fexceptions: cleanup handlers are then found by the frame's address. With it they would be found by tables that
 * cover calls only, not every instruction.
 *
 * Bare, asynchronous cancellation is safe for these three, which take no locks, and not for fork and pthread_create.
 */
#include "victim.h"

#include <features.h>
#include <sched.h>
#include <signal.h>

#define ROUNDS 150

static char stack[64 * 1024] __attribute__((aligned(16)));
static const char *call;
static volatile int looping, cleaned;

static void
clean_up(void *arg)
{
	(void)arg;
	cleaned++;
}

static int
exit_seven(void *arg)
{
	(void)arg;
	return 7;
}

/* One loop a call, so that nothing but the call is in it. vfork must not return from the function that called it. */
static void *
loop(void *arg)
{
	(void)arg;
	pthread_cleanup_push(clean_up, NULL);
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	looping = 1;
	while (strcmp(call, "vfork") == 0)
		if (vfork() == 0)
			_exit(7);
	while (strcmp(call, "clone") == 0)
		clone(exit_seven, stack + sizeof(stack), SIGCHLD, NULL);
#if __GLIBC_PREREQ(2, 34)
	for (;;)
		if (_Fork() == 0)
			_exit(7);
#endif
	pthread_cleanup_pop(0);
	return NULL;
}

int
main(int argc, char **argv)
{
	call = argc > 1 ? argv[1] : "fork";
	for (int i = 0; i < ROUNDS; i++) {
		pthread_t thread;
		void *result = NULL;
		looping = 0;
		CHECK(pthread_create(&thread, NULL, loop, NULL) == 0);
		while (!looping)
			sched_yield();
		usleep((useconds_t)(i * 13 % 300));
		CHECK(pthread_cancel(thread) == 0);
		CHECK(pthread_join(thread, &result) == 0);
		CHECK(result == PTHREAD_CANCELED);
		CHECK(cleaned == i + 1);
		while (waitpid(-1, NULL, 0) > 0)
			;
	}
	fact_number("last_child", fork_and_wait());
	return ok();
}
