/*
 * Makes the same tasks each time, one after the other: 3 threads with 1 MiB of stack, 2 children of fork, 1 of vfork, 2 of posix_spawnp,
 * 1 of system. With an argument it then ends inside a call of fork, before that has made anything.
 */
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void *
nothing(void *arg)
{
	return arg;
}

static void
make_threads(int count)
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 1 << 20);
	for (int i = 0; i < count; i++)
		if (pthread_create(&thread, &attr, nothing, NULL) == 0)
			pthread_join(thread, NULL);
	pthread_attr_destroy(&attr);
}

static void
make_children(int count)
{
	for (int i = 0; i < count; i++) {
		pid_t child = fork();

		if (child == 0)
			_exit(0);
		if (child > 0)
			waitpid(child, NULL, 0);
	}
}

static void
spawn(int count)
{
	char name[] = "true", *argv[] = {name, NULL};
	pid_t child;

	for (int i = 0; i < count; i++)
		if (posix_spawnp(&child, name, NULL, NULL, argv, environ) == 0)
			waitpid(child, NULL, 0);
}

/* A prepare handler: fork is under way then. */
static void
end_inside_fork(void)
{
	_exit(0);
}

int
main(int argc, char **argv)
{
	pid_t child;

	(void)argv;
	make_threads(3);
	make_children(2);
	child = vfork();
	if (child == 0)
		_exit(0);
	waitpid(child, NULL, 0);
	spawn(2);
	if (system("exit 0") == -1)
		return 1;
	if (argc > 1 && pthread_atfork(end_inside_fork, NULL, NULL) == 0)
		fork();
	return 0;
}
