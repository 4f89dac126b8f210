/* unshare and setns, and what comes of them: in a pid namespace of its own a task's ids are others than its parent sees. Exits 77
   when not permitted. */
#include "victim.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>

static char stack[64 * 1024] __attribute__((aligned(16)));

/* The first process of its namespace, with the ids that it has there. */
static void
make_in_namespace(void)
{
	CHECK(getpid() == 1);
	printf("made 1 thread %d\n", create_and_join(NULL));
	printf("made 1 process %d\n", fork_and_wait());
	fflush(stdout);
}

static int
run_in_namespace(void *unused)
{
	(void)unused;
	make_in_namespace();
	return 5;
}

/* In a child: the caller's own children would be in the new namespace for ever. */
static void
unshare_pids(void)
{
	pid_t caller = fork(), inner;

	CHECK(caller >= 0);
	if (caller == 0) {
		CHECK(unshare(CLONE_NEWPID) == 0);
		inner = fork();
		CHECK(inner >= 0);
		if (inner == 0) {
			make_in_namespace();
			_exit(7);
		}
		await_child(inner, 7);
		made(getpid(), "process", inner);
		fflush(stdout);
		_exit(7);
	}
	await_child(caller, 7);
	made(getpid(), "process", caller);
	fflush(stdout);
}

int
main(void)
{
	int names = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
	pid_t child;

	CHECK(names >= 0);
	if (unshare(CLONE_NEWUTS | CLONE_FS) != 0)
		return 77;
	CHECK(sethostname("elsewhere", 9) == 0);
	CHECK(setns(names, CLONE_NEWUTS) == 0);
	CHECK(setns(-1, 0) == -1 && errno == EBADF);
	CHECK(setns(names, CLONE_NEWNET) == -1 && errno == EINVAL);
	CHECK(unshare(0x7) == -1 && errno == EINVAL);

	fflush(stdout);
	unshare_pids();
	child = clone(run_in_namespace, stack + sizeof(stack), CLONE_NEWPID | SIGCHLD, NULL);
	CHECK(child > 0);
	await_child(child, 5);
	made(getpid(), "process", child);
	return ok();
}
