/*
 * launch.c: how long a whole command takes, from before its vfork to after its end, for `make bench`. The assignments are for the command
 * alone: a library that is preloaded into it stays out of this program, and a tracer that runs this program has started before the
 * clock does. Prints the nanoseconds behind what the command prints, and ends as the command did.
 *
 *     launch [NAME=VALUE…] -- COMMAND [ARGUMENT…]
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long
now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000L + time.tv_nsec;
}

/* The whole environment of the command, made before the vfork: setenv(3) in the child would change ours, too. */
static char **
environment_with(char **assignments, size_t count)
{
	size_t own = 0;
	char **all;

	while (environ[own] != NULL)
		own++;
	all = calloc(count + own + 1, sizeof(*all));
	if (all == NULL)
		exit(1);
	memcpy(all, assignments, count * sizeof(*all));
	memcpy(all + count, environ, own * sizeof(*all));
	return all;
}

/* A function of its own: the caller's variables live through the vfork. */
static __attribute__((noinline)) pid_t
start(char **command, char **environment)
{
	pid_t child = vfork();

	if (child == 0) {
		execvpe(command[0], command, environment);
		_exit(127);
	}
	return child;
}

int
main(int argc, char **argv)
{
	int assignments = 0, status;
	char **environment;
	long start_ns;
	pid_t child;

	while (assignments + 1 < argc && strcmp(argv[assignments + 1], "--") != 0)
		assignments++;
	if (assignments + 2 >= argc) {
		fprintf(stderr, "usage: launch [NAME=VALUE...] -- COMMAND [ARGUMENT...]\n");
		return 2;
	}
	environment = environment_with(argv + 1, (size_t)assignments);
	start_ns = now_ns();
	child = start(argv + assignments + 2, environment);
	if (child < 0 || waitpid(child, &status, 0) != child) {
		fprintf(stderr, "launch: %s\n", strerror(errno));
		return 1;
	}
	printf("%ld ns\n", now_ns() - start_ns);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
