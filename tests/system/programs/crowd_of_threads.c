/* Hazard: 1,000 threads, all alive at once, made by four threads at the same time. */
#include "victim.h"

#define CREATORS 4
#define EACH 250

static pthread_barrier_t all_there;
static pid_t creators[CREATORS], ids[CREATORS][EACH];

static void *
live(void *id)
{
	store_tid(id);
	pthread_barrier_wait(&all_there);
	return NULL;
}

static void *
create(void *own)
{
	pid_t *id = own;
	pid_t(*made_ids)[EACH] = &ids[id - creators];
	pthread_t threads[EACH];
	pthread_attr_t attributes;

	*id = gettid();
	CHECK(pthread_attr_init(&attributes) == 0 && pthread_attr_setstacksize(&attributes, 64 * 1024) == 0);
	for (int i = 0; i < EACH; i++)
		CHECK(pthread_create(&threads[i], &attributes, live, &(*made_ids)[i]) == 0);
	for (int i = 0; i < EACH; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	return NULL;
}

int
main(void)
{
	pthread_t threads[CREATORS];

	CHECK(pthread_barrier_init(&all_there, NULL, CREATORS * EACH) == 0);
	for (int i = 0; i < CREATORS; i++)
		CHECK(pthread_create(&threads[i], NULL, create, &creators[i]) == 0);
	for (int i = 0; i < CREATORS; i++) {
		CHECK(pthread_join(threads[i], NULL) == 0);
		made(getpid(), "thread", creators[i]);
		for (int j = 0; j < EACH; j++)
			made(creators[i], "thread", ids[i][j]);
	}
	return ok();
}
