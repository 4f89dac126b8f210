/* Hazard: the loader's list of objects changes all the time while other threads make threads and look up where they are. Argument:
   the path of an object. */
#include "victim.h"

#include <dlfcn.h>

#define LOADS 400
#define CREATORS 2

static _Atomic int loading = 1;

static void *
load_and_unload(void *path)
{
	for (int i = 0; i < LOADS; i++) {
		void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
		CHECK(object != NULL && dlclose(object) == 0);
	}
	loading = 0;
	return NULL;
}

static void *
create(void *count)
{
	while (loading) {
		create_and_join(NULL);
		++*(long *)count;
	}
	return NULL;
}

int
main(int argc, char **argv)
{
	pthread_t loader, creators[CREATORS];
	long counts[CREATORS] = {0};

	CHECK(argc == 2);
	CHECK(pthread_create(&loader, NULL, load_and_unload, argv[1]) == 0);
	for (int i = 0; i < CREATORS; i++)
		CHECK(pthread_create(&creators[i], NULL, create, &counts[i]) == 0);
	CHECK(pthread_join(loader, NULL) == 0);
	long threads = 1 + CREATORS;
	for (int i = 0; i < CREATORS; i++) {
		CHECK(pthread_join(creators[i], NULL) == 0);
		threads += counts[i];
	}
	fact_number("threads", threads);
	return ok();
}
