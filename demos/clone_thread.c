/*
 * clone_thread: makes a task that shares our memory by clone(2), the call below pthread_create.
 *
 * The lesson: a new task needs a stack, and sharing is chosen flag by flag. With CLONE_VM both tasks run in one memory, so
 * the child cannot use our stack and gets one of its own; the other flags share the working directory, the open files and
 * the signal handlers. Without CLONE_THREAD it is still a process with its own pid, and is waited for as one.
 *
 * What pthread_create adds and we do not: thread-local storage of its own (CLONE_SETTLS). Our child has the same errno, the
 * same malloc cache and the same identity to stdio's locks as we have, so it may only compute, and make system calls that
 * cannot fail. We in turn touch nothing of the kind until it has ended.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { GUARD_SIZE = 4096, STACK_SIZE = 64 * 1024 }; /* bytes */

struct seen {
	pid_t pid;
	uintptr_t stack_pointer;
};

/* Not static: a name that the dynamic symbol table has is one that the shim can show. */
int child_main(void *arg);

int
child_main(void *arg)
{
	struct seen *seen = arg;

	seen->pid = getpid();
	seen->stack_pointer = (uintptr_t)__builtin_frame_address(0);
	return 0; /* clone's wrapper ends the task with this as its exit status */
}

static int
fail(const char *what)
{
	fprintf(stderr, "clone_thread: %s: %s\n", what, strerror(errno));
	return 1;
}

int
main(void)
{
	struct seen seen = {0};
	int status, flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | SIGCHLD;

	char *memory = mmap(NULL, GUARD_SIZE + STACK_SIZE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (memory == MAP_FAILED)
		return fail("mmap");
	/* The stack grows down; a page without access at its low end turns an overflow into a fault at once. */
	if (mprotect(memory, GUARD_SIZE, PROT_NONE) < 0)
		return fail("mprotect");

	pid_t child = clone(child_main, memory + GUARD_SIZE + STACK_SIZE, flags, &seen);
	if (child < 0)
		return fail("clone");
	if (waitpid(child, &status, 0) < 0)
		return fail("waitpid");

	uintptr_t depth = (uintptr_t)memory + GUARD_SIZE + STACK_SIZE - seen.stack_pointer;
	if (status != 0 || seen.pid != child || depth > STACK_SIZE) {
		fprintf(stderr, "clone_thread: the child did not do its work (wait status %#x)\n", (unsigned)status);
		return 1;
	}
	printf("child %d wrote into our memory, from its own stack, %ju bytes below the top\n", (int)seen.pid,
	       (uintmax_t)depth);
	return munmap(memory, GUARD_SIZE + STACK_SIZE) == 0 && fflush(stdout) == 0 ? 0 : 1;
}
