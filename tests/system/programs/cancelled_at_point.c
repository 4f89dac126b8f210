/* Hazard: a thread with a pending cancellation calls pthread_create and fork, which are no cancellation points, and neither may
   the shim's writing inside them be one: it is cancelled at pthread_testcancel and nowhere else. */
#include "victim.h"

static volatile int stage, cleaned;
static volatile pid_t self, thread_made, child_made;

static void
clean_up(void *arg)
{
	(void)arg;
	cleaned = stage;
}

static void *
create_while_cancelled(void *arg)
{
	(void)arg;
	self = gettid();
	pthread_cleanup_push(clean_up, NULL);
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	stage = 1;
	while (stage == 1) /* until the cancellation is pending */
		usleep(100);
	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
	pthread_t thread;
	static pid_t tid;
	CHECK(pthread_create(&thread, NULL, store_tid, &tid) == 0);
	stage = 3;
	child_made = fork();
	if (child_made == 0)
		_exit(7);
	stage = 4;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	CHECK(pthread_join(thread, NULL) == 0);
	thread_made = tid;
	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
	pthread_testcancel();
	stage = 5;
	pthread_cleanup_pop(0);
	return NULL;
}

int
main(void)
{
	for (int i = 0; i < 20; i++) {
		pthread_t thread;
		void *result = NULL;
		stage = 0;
		CHECK(pthread_create(&thread, NULL, create_while_cancelled, NULL) == 0);
		while (stage != 1)
			usleep(100);
		CHECK(pthread_cancel(thread) == 0);
		stage = 2;
		CHECK(pthread_join(thread, &result) == 0);
		CHECK(result == PTHREAD_CANCELED && stage == 4 && cleaned == 4);
		await_child(child_made, 7);
		made(getpid(), "thread", self);
		made(self, "thread", thread_made);
		made(self, "process", child_made);
	}
	return ok();
}
