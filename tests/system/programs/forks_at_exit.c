/* Hazard: calls after main has returned: an atexit handler and a destructor fork and create threads. */
#include "victim.h"

static void
at_exit(void)
{
	made(getpid(), "process", fork_and_wait());
	made(getpid(), "thread", create_and_join(NULL));
}

static void __attribute__((destructor)) destructor(void)
{
	made(getpid(), "process", fork_and_wait());
	made(getpid(), "thread", create_and_join(NULL));
	ok();
	fflush(stdout);
}

int
main(void)
{
	CHECK(atexit(at_exit) == 0);
	return 0;
}
