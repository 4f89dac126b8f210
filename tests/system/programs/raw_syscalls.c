/*
 * Hazard: creation syscalls that libc knows nothing of, in the program itself and in an object that is opened later; and bytes that
 * only look like one, which must stay as they are (gVisor issue 10849).
 */
#include "victim.h"

#include <dlfcn.h>

static __attribute__((noinline)) pid_t
fork_without_libc(void)
{
	long child;

	__asm__ volatile("mov $57, %%eax\n\tsyscall" : "=a"(child) : : "rcx", "r11", "memory");
	return (pid_t)child;
}

/* The bytes of `mov $57,%eax; syscall` as the number that another instruction loads. */
static __attribute__((noinline)) unsigned long
only_looks_like_one(void)
{
	unsigned long value;

	__asm__ volatile("movabs $0x90050f00000039b8, %0" : "=r"(value));
	return value;
}

static pid_t
run(pid_t (*forks)(void), int status)
{
	pid_t child = forks();

	CHECK(child >= 0);
	if (child == 0)
		_exit(status);
	await_child(child, status);
	return child;
}

int
main(int argc, char **argv)
{
	pid_t (*opened)(void);
	void *object;

	CHECK(argc == 2);
	made(getpid(), "process", run(fork_without_libc, 3));
	CHECK(only_looks_like_one() == 0x90050f00000039b8);
	object = dlopen(argv[1], RTLD_NOW);
	CHECK(object != NULL);
	opened = (pid_t(*)(void))dlsym(object, "fork_without_libc");
	CHECK(opened != NULL);
	made(getpid(), "process", run(fork, 5));
	made(getpid(), "process", run(opened, 4));
	CHECK(dlclose(object) == 0);
	made(getpid(), "process", run(fork, 6));
	return ok();
}
