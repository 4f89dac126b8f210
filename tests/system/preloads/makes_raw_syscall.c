/* Opened by raw_syscalls.c and others: an object with a fork syscall of its own. */
#include <sys/types.h>

pid_t fork_without_libc(void);

pid_t
fork_without_libc(void)
{
	long child;

	__asm__ volatile("mov $57, %%eax\n\tsyscall" : "=a"(child) : : "rcx", "r11", "memory");
	return (pid_t)child;
}
