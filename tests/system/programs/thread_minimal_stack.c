/* Hazard: a thread on a stack of PTHREAD_STACK_MIN bytes creates a thread like itself, forks and vforks: the shim has what libc
   leaves of 16 KiB. */
#include "victim.h"

#include <limits.h>

static pthread_attr_t minimal;
static struct {
	volatile pid_t self, thread, forked, vforked;
} told;

static void *
create_on_little_stack(void *arg)
{
	(void)arg;
	told.self = gettid();
	told.thread = create_and_join(&minimal);
	told.forked = fork_and_wait();
	pid_t child = vfork();
	CHECK(child >= 0);
	if (child == 0)
		_exit(7);
	told.vforked = child;
	await_child(child, 7);
	return NULL;
}

int
main(void)
{
	pthread_t thread;
	CHECK(pthread_attr_init(&minimal) == 0);
	CHECK(pthread_attr_setstacksize(&minimal, (size_t)PTHREAD_STACK_MIN) == 0);
	CHECK(pthread_create(&thread, &minimal, create_on_little_stack, NULL) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	made(getpid(), "thread", told.self);
	made(told.self, "thread", told.thread);
	made(told.self, "process", told.forked);
	made(told.self, "vfork", told.vforked);
	return ok();
}
