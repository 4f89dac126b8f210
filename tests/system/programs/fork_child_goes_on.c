/* Hazard: a prepare handler of pthread_atfork forks, and the child goes on as its parent does: it returns from a call of fork
   that began in another process. */
#include "victim.h"

static int is_inside, is_inner_child;
static struct {
	volatile pid_t inner, outer, outer_of_inner;
} * told;

static void
prepare(void)
{
	if (is_inside)
		return;
	is_inside = 1;
	pid_t child = fork();
	CHECK(child >= 0);
	if (child == 0)
		is_inner_child = 1;
	else
		told->inner = child;
}

int
main(void)
{
	told = shared_memory(sizeof(*told));
	CHECK(pthread_atfork(prepare, NULL, NULL) == 0);
	pid_t child = fork();
	CHECK(child >= 0);
	if (child == 0)
		_exit(7);
	await_child(child, 7);
	if (is_inner_child) {
		told->outer_of_inner = child;
		_exit(8);
	}
	await_child(told->inner, 8);
	told->outer = child;
	made(getpid(), "process", told->inner);
	made(getpid(), "process", told->outer);
	made(told->inner, "process", told->outer_of_inner);
	fact_number("inner", told->inner);
	fact_number("outer_of_inner", told->outer_of_inner);
	return ok();
}
