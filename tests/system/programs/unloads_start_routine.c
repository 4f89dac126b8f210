/* Hazard: a thread starts in an object that dlopen brought, which is gone when the next call is made; another object, whose
   constructor makes a thread while the loader's lock is held, may then lie in its place. Arguments: the paths of the two. */
#include "victim.h"

#include <dlfcn.h>

#define ROUNDS 20

int
main(int argc, char **argv)
{
	CHECK(argc == 3);
	for (int i = 0; i < ROUNDS; i++) {
		void *object = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
		CHECK(object != NULL);
		void *(*start)(void *) = (void *(*)(void *))dlsym(object, "start_routine");
		pid_t ids[3] = {0};
		pthread_t thread;
		CHECK(start != NULL && pthread_create(&thread, NULL, start, ids) == 0);
		CHECK(pthread_join(thread, NULL) == 0);
		made(getpid(), "thread", ids[0]);
		made(ids[0], "thread", ids[1]);
		made(ids[0], "process", ids[2]);
		CHECK(dlclose(object) == 0);
		CHECK(dlopen(argv[1], RTLD_NOW | RTLD_NOLOAD) == NULL);
		if (i % 2 == 1) {
			object = dlopen(argv[2], RTLD_NOW | RTLD_LOCAL); /* makes a thread and a process by itself */
			CHECK(object != NULL && dlclose(object) == 0);
		}
		made(getpid(), "thread", create_and_join(NULL));
	}
	return ok();
}
