/* Hazard: another preloaded object makes a thread and a process in its constructor, before the shim's own may have run, and in
   its destructor, after the shim's may have run. */
#include "../programs/victim.h"

static pid_t thread, child;

static void __attribute__((constructor)) begin(void)
{
	thread = create_and_join(NULL);
	child = fork_and_wait();
}

static void __attribute__((destructor)) end(void)
{
	fact_number("thread_before", thread);
	fact_number("child_before", child);
	fact_number("thread_after", create_and_join(NULL));
	fact_number("child_after", fork_and_wait());
	fflush(stdout);
}
