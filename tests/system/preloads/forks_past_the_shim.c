/* Hazard: an object that is preloaded behind the shim looks for the next fork, which is libc's own, and calls it before anything else is
   created. */
#include "../programs/victim.h"

#include <dlfcn.h>

static void __attribute__((constructor)) begin(void)
{
	pid_t (*libc_fork)(void) = (pid_t(*)(void))dlsym(RTLD_NEXT, "fork");
	pid_t child;

	CHECK(libc_fork != NULL);
	child = libc_fork();
	CHECK(child >= 0);
	if (child == 0)
		_exit(7);
	await_child(child, 7);
	made(getpid(), "process", child);
}
