/* An object for dlopen that calls libc's fork: the call comes from its own text. */
#include <unistd.h>

pid_t fork_through_libc(void);

pid_t
fork_through_libc(void)
{
	pid_t child = fork();
	/* no tail call: the return address must lie in here */
	__asm__ volatile("" : "+r"(child));
	return child;
}
