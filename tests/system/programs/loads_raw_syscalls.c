/*
 * Hazard: objects that dlopen brings make creation syscalls of their own, the first before dlopen returns, and others come to lie at
 * their place. Arguments: the paths of two objects.
 */
#include "victim.h"

#include <dlfcn.h>
#include <link.h>

#define ROUNDS 60 /* more than there are stubs */

static void
check_made(pid_t child, int status)
{
	await_child(child, status);
	made(getpid(), "process", child);
}

/* Tells where the object was. */
static uintptr_t
load_and_unload(const char *path, pid_t *constructed_before)
{
	void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	CHECK(object != NULL);
	pid_t *constructed = dlsym(object, "constructed_child"), child;
	pid_t (*forks)(void) = (pid_t(*)(void))dlsym(object, "fork_without_libc");
	uintptr_t place = ((struct link_map *)object)->l_addr;

	CHECK(constructed != NULL && forks != NULL);
	if (*constructed != *constructed_before) /* musl never unloads an object */
		check_made(*constructed, 4);
	*constructed_before = *constructed;
	child = forks();
	if (child == 0)
		_exit(5);
	check_made(child, 5);
	CHECK(dlclose(object) == 0);
	return place;
}

int
main(int argc, char **argv)
{
	pid_t constructed[2] = {0};
	uintptr_t place, last = 0;
	long replacements = 0;

	CHECK(argc == 3);
	for (int i = 0; i < ROUNDS; i++, last = place) {
		place = load_and_unload(argv[1 + i % 2], &constructed[i % 2]);
		replacements += place == last;
	}
	fact_number("replacements", replacements);
	return ok();
}
