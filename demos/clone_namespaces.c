/*
 * clone_namespaces: makes a process in a small world of its own by clone(2).
 *
 * The lesson: a container begins with flags. CLONE_NEWPID gives the child a fresh numbering of processes, in which it is
 * number 1; CLONE_NEWUTS a host name of its own. Without CLONE_VM its memory is a copy, as after fork(2): the stack that we
 * pass is then the copy of this array. One who is not root needs CLONE_NEWUSER too, where the system permits it.
 *
 * Exit status: 0 also when it is not permitted here, which is said on stdout.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

static _Alignas(16) char stack[64 * 1024];

/* Not static: a name that the dynamic symbol table has is one that the shim can show. */
int child_main(void *arg);

int
child_main(void *arg)
{
	struct utsname name;

	(void)arg;
	if (sethostname("inside", strlen("inside")) < 0)
		printf("child: sethostname: %s\n", strerror(errno));
	if (uname(&name) < 0)
		return 1;
	printf("child: my pid is %d, my host name is %s\n", (int)getpid(), name.nodename);
	return fflush(stdout) == 0 ? 0 : 1; /* clone's wrapper ends by _exit(2), which flushes nothing */
}

int
main(void)
{
	int status, flags = CLONE_NEWPID | CLONE_NEWUTS | SIGCHLD;

	if (geteuid() != 0)
		flags |= CLONE_NEWUSER;
	fflush(stdout); /* or the child's copy of the buffer would be written as well */
	pid_t child = clone(child_main, stack + sizeof(stack), flags, NULL);

	/* user_namespaces(7): ENOSPC and EUSERS are limits set to 0; namespaces(7): EINVAL, not built into the kernel. */
	if (child < 0 && (errno == EPERM || errno == ENOSPC || errno == EUSERS || errno == EINVAL)) {
		printf("not permitted here: clone: %s\n", strerror(errno));
		return 0;
	}
	if (child < 0) {
		fprintf(stderr, "clone_namespaces: clone: %s\n", strerror(errno));
		return 1;
	}
	if (waitpid(child, &status, 0) < 0 || status != 0) {
		fprintf(stderr, "clone_namespaces: the child did not succeed\n");
		return 1;
	}
	printf("parent: its pid out here is %d\n", (int)child);
	return fflush(stdout) == 0 ? 0 : 1;
}
