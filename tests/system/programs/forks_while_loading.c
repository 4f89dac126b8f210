/* Hazard: a process is copied while another thread is loading or unloading an object with a syscall of its own; the copy makes tasks.
   Arguments: the paths of an object that stays, and of one that comes and goes. */
#include "victim.h"

#include <dlfcn.h>

#define FORKS 150

static _Atomic int forking = 1;

static void *
load_and_unload(void *path)
{
	while (forking) {
		void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
		CHECK(object != NULL && dlclose(object) == 0);
	}
	return NULL;
}

/* In the copy: dlopen may wait for ever there, whoever it was that held the loader's lock, so the object was opened before. */
static void
make_tasks(pid_t (*forks)(void))
{
	alarm(20);
	create_and_join(NULL);
	pid_t child = forks();
	CHECK(child >= 0);
	if (child == 0)
		_exit(8);
	await_child(child, 8);
	_exit(7);
}

int
main(int argc, char **argv)
{
	pthread_t loader;

	CHECK(argc == 3);
	void *object = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
	CHECK(object != NULL);
	pid_t (*forks)(void) = (pid_t(*)(void))dlsym(object, "fork_without_libc");
	CHECK(forks != NULL);
	CHECK(pthread_create(&loader, NULL, load_and_unload, argv[2]) == 0);
	for (int i = 0; i < FORKS; i++) {
		pid_t child = fork();
		CHECK(child >= 0);
		if (child == 0)
			make_tasks(forks);
		await_child(child, 7);
		made(getpid(), "process", child);
	}
	forking = 0;
	CHECK(pthread_join(loader, NULL) == 0);
	return ok();
}
