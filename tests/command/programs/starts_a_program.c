/* starts_a_program.c: `starts_a_program WAY`: runs a program that does nothing, by posix_spawn, fork, vfork or system, and waits for it. */
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char name[] = "true", *arguments[] = {name, NULL}, *environment[] = {NULL};

static int
wait_for(pid_t pid)
{
	int status = -1;

	return pid > 0 && waitpid(pid, &status, 0) == pid ? status : 1;
}

static int
by_fork(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		execve("/bin/true", arguments, environment);
		_exit(127);
	}
	return wait_for(pid);
}

static int
by_vfork(void)
{
	pid_t pid = vfork();

	if (pid == 0) {
		execve("/bin/true", arguments, environment);
		_exit(127);
	}
	return wait_for(pid);
}

static int
by_spawn(void)
{
	pid_t pid = -1;

	return posix_spawn(&pid, "/bin/true", NULL, NULL, arguments, environment) != 0 ? 1 : wait_for(pid);
}

int
main(int argc, char **argv)
{
	static const struct {
		char way[16];
		int (*start)(void);
	} ways[] = {{"posix_spawn", by_spawn}, {"fork", by_fork}, {"vfork", by_vfork}};

	for (size_t i = 0; argc == 2 && i < sizeof(ways) / sizeof(ways[0]); i++)
		if (strcmp(argv[1], ways[i].way) == 0)
			return ways[i].start() != 0;
	return argc != 2 || strcmp(argv[1], "system") != 0 || system("exit 0") != 0;
}
