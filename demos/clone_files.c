/*
 * clone_files: makes a process by clone(2) that has the same open files as we have, but a memory of its own.
 *
 * The lesson: each flag shares one thing and no other. CLONE_FILES alone gives parent and child one table of open files:
 * what the child closes is closed for the parent too, which fork(2) never does. Without CLONE_VM the memory is a copy: a
 * variable that the child writes stays as it was for the parent, and the stack that we pass is the copy of this array.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static _Alignas(16) char stack[64 * 1024];
static int variable = 1;

/* Not static: a name that the dynamic symbol table has is one that the shim can show. */
int child_main(void *arg);

int
child_main(void *arg)
{
	const int *descriptor = arg;

	variable = 2;
	return close(*descriptor) == 0 ? 0 : 1; /* clone's wrapper ends the task with this as its exit status */
}

static int
fail(const char *what)
{
	fprintf(stderr, "clone_files: %s: %s\n", what, strerror(errno));
	return 1;
}

int
main(void)
{
	int status, descriptor = open("/dev/null", O_RDONLY);

	if (descriptor < 0)
		return fail("/dev/null");
	pid_t child = clone(child_main, stack + sizeof(stack), CLONE_FILES | SIGCHLD, &descriptor);
	if (child < 0)
		return fail("clone");
	if (waitpid(child, &status, 0) < 0)
		return fail("waitpid");
	if (status != 0) {
		fprintf(stderr, "clone_files: the child did not do its work (wait status %#x)\n", (unsigned)status);
		return 1;
	}
	printf("the child set its variable to 2; ours is %d\n", variable);
	if (fcntl(descriptor, F_GETFD) < 0)
		printf("the child closed descriptor %d; ours: %s\n", descriptor, strerror(errno));
	else
		printf("the child closed descriptor %d; ours is still open\n", descriptor);
	return fflush(stdout) == 0 ? 0 : 1;
}
