/*
 * vfork_exec: runs /bin/echo by vfork(2) and execve(2).
 *
 * The lesson: vfork copies nothing. The child borrows the parent's memory, even its stack, while the parent stands still
 * until the child calls exec or _exit. So the child may do just that: anything it changed would be changed in the parent.
 * This makes it fast where all that is wanted is to start another program.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	int status;
	pid_t child = vfork();

	if (child == 0) {
		execl("/bin/echo", "echo", "child: I am /bin/echo now", (char *)NULL);
		_exit(127); /* exec failed; 127 is what a shell answers then */
	}
	if (child < 0) {
		fprintf(stderr, "vfork_exec: vfork: %s\n", strerror(errno));
		return 1;
	}
	if (waitpid(child, &status, 0) < 0) {
		fprintf(stderr, "vfork_exec: waitpid: %s\n", strerror(errno));
		return 1;
	}
	if (status != 0) {
		fprintf(stderr, "vfork_exec: /bin/echo did not succeed (wait status %#x)\n", (unsigned)status);
		return 1;
	}
	puts("parent: the child has ended");
	return fflush(stdout) == 0 ? 0 : 1;
}
