/* Hazard: a debugger looks at a parent that is blocked in vfork, inside the shim's stub: it must find its way back to main. */
#include "victim.h"

void in_vfork_child(void);

void __attribute__((noinline)) in_vfork_child(void)
{
	__asm__ volatile("");
	_exit(7);
}

static pid_t __attribute__((noinline)) calls_vfork(void)
{
	pid_t child = vfork();
	if (child == 0)
		in_vfork_child();
	await_child(child, 7);
	return child;
}

int
main(void)
{
	CHECK(calls_vfork() > 0);
	return ok();
}
