/* A family that is known: prints its tree as `cloneshim tree --ascii` draws it. */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static pid_t grandchild, thread_id, cloned, spawned, shell_parent;

static pid_t
must(pid_t pid)
{
	if (pid < 0)
		exit(1);
	return pid;
}

/* A thread that forks. */
static void *
work(void *arg)
{
	thread_id = (pid_t)syscall(SYS_gettid);
	grandchild = must(fork());
	if (grandchild == 0)
		_exit(3);
	waitpid(grandchild, NULL, 0);
	return arg;
}

static int
run_cloned(void *arg)
{
	(void)arg;
	return 0;
}

static void
clone_child(void)
{
	static char stack[65536] __attribute__((aligned(16)));

	cloned = must(clone(run_cloned, stack + sizeof(stack), CLONE_FILES | SIGCHLD, NULL));
	waitpid(cloned, NULL, 0);
}

static void
spawn_child(void)
{
	static char name[] = "true", flag[] = "--flag", words[] = "two words";
	char *argv[] = {name, flag, words, NULL};

	if (posix_spawn(&spawned, "/bin/true", NULL, NULL, argv, environ) != 0)
		exit(1);
	waitpid(spawned, NULL, 0);
}

/* A copy of this process that becomes `true` by way of `env`. */
static pid_t
fork_and_exec(void)
{
	pid_t pid = must(fork());

	if (pid == 0) {
		execl("/usr/bin/env", "env", "true", NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
	return pid;
}

int
main(void)
{
	pthread_t thread;
	pid_t executed;

	if (pthread_create(&thread, NULL, work, NULL) != 0)
		return 1;
	pthread_join(thread, NULL);
	clone_child();
	spawn_child();
	executed = fork_and_exec();
	shell_parent = getpid();
	if (system("exit 7") == -1)
		return 1;
	printf("%d family; 6 descendants\n", shell_parent);
	printf("|- %d thread work; pthread_create; 1 descendant\n", thread_id);
	printf("|  `- %d family; fork; exited 3\n", grandchild);
	printf("|- %d family, run_cloned; clone CLONE_FILES|SIGCHLD; exited 0\n", cloned);
	printf("|- %d -> true --flag 'two words'; posix_spawn; exited 0\n", spawned);
	printf("|- %d -> env -> true; fork; exited 0\n", executed);
	return fflush(stdout) == 0 ? 0 : 1;
}
