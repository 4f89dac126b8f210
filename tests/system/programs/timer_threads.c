/* timer_create: with SIGEV_THREAD libc keeps a helper thread, made at the first such timer, that makes a thread for every
   expiration. */
#include "victim.h"

#include <signal.h>
#include <time.h>

#define EXPIRATIONS 6

static _Atomic int expired, expired_with_attributes;

static void
on_expiration(union sigval value)
{
	(*(_Atomic int *)value.sival_ptr)++;
}

static timer_t
start_timer(const struct sigevent *event, long interval_ns)
{
	struct itimerspec times = {{0, interval_ns}, {0, interval_ns}};
	timer_t timer;

	CHECK(timer_create(CLOCK_MONOTONIC, (struct sigevent *)event, &timer) == 0);
	CHECK(timer_settime(timer, 0, &times, NULL) == 0);
	return timer;
}

static void
await(_Atomic int *count, int wanted)
{
	while (*count < wanted)
		usleep(1000);
}

int
main(void)
{
	pthread_attr_t attributes;
	struct sigevent event = {.sigev_notify = SIGEV_THREAD,
				 .sigev_notify_function = on_expiration,
				 .sigev_value.sival_ptr = &expired};
	timer_t timer;

	timer = start_timer(&event, 3000000);
	await(&expired, EXPIRATIONS);
	CHECK(timer_delete(timer) == 0);

	CHECK(pthread_attr_init(&attributes) == 0 && pthread_attr_setstacksize(&attributes, 256 * 1024) == 0);
	event.sigev_notify_attributes = &attributes;
	event.sigev_value.sival_ptr = &expired_with_attributes;
	timer = start_timer(&event, 3000000);
	await(&expired_with_attributes, EXPIRATIONS);
	CHECK(timer_delete(timer) == 0);

	/* no threads for these */
	CHECK(signal(SIGUSR1, SIG_IGN) != SIG_ERR);
	CHECK(timer_delete(start_timer(&(struct sigevent){.sigev_notify = SIGEV_NONE}, 1000000)) == 0);
	event = (struct sigevent){.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	CHECK(timer_delete(start_timer(&event, 1000000)) == 0);
	event = (struct sigevent){.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR1};
	event._sigev_un._tid = gettid();
	CHECK(timer_delete(start_timer(&event, 1000000)) == 0);
	CHECK(timer_create(CLOCK_MONOTONIC, NULL, &timer) == 0 && timer_delete(timer) == 0);
	CHECK(timer_create(12345, NULL, &timer) == -1 && errno == EINVAL);
	return ok();
}
