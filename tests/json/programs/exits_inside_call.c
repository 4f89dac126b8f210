/* Hazard: the program ends while one of its threads is in the midst of a libc call, and another call has been cancelled. */
#include <semaphore.h>

#include "../../system/programs/victim.h"

static void *
wait_in_shell(void *arg)
{
	(void)arg;
	system("exec sleep 20");
	return NULL;
}

int
main(void)
{
	pthread_t cancelled, running;
	CHECK(pthread_create(&cancelled, NULL, wait_in_shell, NULL) == 0);
	usleep(200000);
	CHECK(pthread_cancel(cancelled) == 0 && pthread_join(cancelled, NULL) == 0);
	CHECK(pthread_create(&running, NULL, wait_in_shell, NULL) == 0);
	usleep(200000);
	return ok();
}
