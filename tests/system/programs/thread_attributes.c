/* Hazard: everything that an attribute object can ask for is read before the call, and the thread still gets it. */
#include "victim.h"

#include <sched.h>

static void *
check_affinity(void *arg)
{
	cpu_set_t set;
	CHECK(sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) == 1);
	return store_tid(arg);
}

int
main(void)
{
	pthread_attr_t attributes;
	cpu_set_t allowed, one;
	CHECK(sched_getaffinity(0, sizeof(allowed), &allowed) == 0);
	CPU_ZERO(&one);
	for (int cpu = 0; CPU_COUNT(&one) == 0; cpu++)
		if (CPU_ISSET(cpu, &allowed))
			CPU_SET(cpu, &one);
	CHECK(pthread_attr_init(&attributes) == 0);
	CHECK(pthread_attr_setstacksize(&attributes, 1024 * 1024) == 0);
	CHECK(pthread_attr_setguardsize(&attributes, 64 * 1024) == 0);
	CHECK(pthread_attr_setaffinity_np(&attributes, sizeof(one), &one) == 0);
	CHECK(pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED) == 0);
	CHECK(pthread_attr_setschedpolicy(&attributes, SCHED_OTHER) == 0);

	pthread_t thread;
	pid_t tid;
	CHECK(pthread_create(&thread, &attributes, check_affinity, &tid) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	made(getpid(), "thread", tid);

	CHECK(pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED) == 0);
	volatile pid_t detached = 0;
	CHECK(pthread_create(&thread, &attributes, check_affinity, (void *)&detached) == 0);
	while (detached == 0)
		usleep(1000);
	made(getpid(), "thread", detached);
	return ok();
}
