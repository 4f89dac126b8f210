/*
 * posix_spawn: runs /bin/echo by one library call.
 *
 * The lesson: starting a program is one wish, so there is one call for it: no fork that copies us, no second return to keep
 * apart. libc makes the child in our memory, as vfork(2) does, but on a stack of its own, and has it call exec at once. A
 * failed exec comes back to us as the call's result.
 */
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int
main(void)
{
	char *argv[] = {(char[]){"echo"}, (char[]){"child: I am /bin/echo now"}, NULL};
	pid_t child;
	int status, error = posix_spawn(&child, "/bin/echo", NULL, NULL, argv, environ);

	if (error != 0) { /* an errno value; errno itself is not set */
		fprintf(stderr, "posix_spawn: /bin/echo: %s\n", strerror(error));
		return 1;
	}
	if (waitpid(child, &status, 0) < 0 || status != 0) {
		fprintf(stderr, "posix_spawn: /bin/echo did not succeed\n");
		return 1;
	}
	puts("parent: the child has ended");
	return fflush(stdout) == 0 ? 0 : 1;
}
