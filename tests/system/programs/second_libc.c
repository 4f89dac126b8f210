/* Hazard: dlmopen brings a second libc in a namespace of its own, with creation sites that nobody has patched; both must
   work. */
#include "victim.h"

#include <dlfcn.h>

int
main(void)
{
	void *libc = dlmopen(LM_ID_NEWLM, "libc.so.6", RTLD_NOW);
	CHECK(libc != NULL);
	pid_t (*other_fork)(void) = (pid_t(*)(void))dlsym(libc, "fork");
	CHECK(other_fork != NULL && other_fork != fork);
	for (int i = 0; i < 3; i++) {
		pid_t child = other_fork();
		CHECK(child >= 0);
		if (child == 0)
			_exit(7);
		await_child(child, 7);
		fact_number("child_of_second_libc", child);
		made(getpid(), "process", fork_and_wait());
		made(getpid(), "thread", create_and_join(NULL));
	}
	return ok();
}
