/* Opened by loads_raw_syscalls.c: an object that makes a fork syscall of its own when it is loaded, and when it is asked to. */
#include <sys/types.h>
#include <unistd.h>

extern pid_t constructed_child;
pid_t constructed_child;
pid_t fork_without_libc(void);

pid_t
fork_without_libc(void)
{
	long child;

	__asm__ volatile("mov $57, %%eax\n\tsyscall" : "=a"(child) : : "rcx", "r11", "memory");
	return (pid_t)child;
}

__attribute__((constructor)) static void
construct(void)
{
	constructed_child = fork_without_libc();
	if (constructed_child == 0)
		_exit(4);
}
