/* Hazard: code that runs before every constructor: .preinit_array of the program creates a thread and forks. */
#include "victim.h"

static pid_t thread, child;

static void
before_all_constructors(void)
{
	thread = create_and_join(NULL);
	child = fork_and_wait();
}

static void (*const preinit[])(void) __attribute__((section(".preinit_array"), used)) = {before_all_constructors};

int
main(void)
{
	fact_number("thread_before", thread);
	fact_number("child_before", child);
	made(getpid(), "thread", create_and_join(NULL));
	return ok();
}
