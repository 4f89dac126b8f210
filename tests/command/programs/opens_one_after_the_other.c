/* Opens each object that argv names, has it fork, closes it again: the next one is likely to lie at the same place. */
#include <dlfcn.h>

#include "../../system/programs/victim.h"

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		void *object = dlopen(argv[i], RTLD_NOW);
		CHECK(object != NULL);
		pid_t (*fork_through_libc)(void) = (pid_t(*)(void))dlsym(object, "fork_through_libc");
		CHECK(fork_through_libc != NULL);
		fact_address("place", (void *)fork_through_libc);
		pid_t child = fork_through_libc();
		if (child == 0)
			_exit(7);
		await_child(child, 7);
		CHECK(dlclose(object) == 0);
	}
	return ok();
}
