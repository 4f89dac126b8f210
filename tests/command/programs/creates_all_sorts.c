/* creates_all_sorts.c: `creates_all_sorts TIMES`: so many threads, forks, vforks and spawned processes, one after the other. */
#include <pthread.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void *
nothing(void *argument)
{
	return argument;
}

static int
wait_for(pid_t pid)
{
	return waitpid(pid, NULL, 0) == pid ? 0 : 1;
}

static pid_t
make_by_vfork(void)
{
	pid_t pid = vfork();

	if (pid == 0)
		_exit(0);
	return pid;
}

/* Returns 0 when all went well. */
static int
create_one_of_each(void)
{
	char name[] = "true", *program[] = {name, NULL}, *environment[] = {NULL};
	pthread_t thread;
	pid_t pid;

	if (pthread_create(&thread, NULL, nothing, NULL) != 0 || pthread_join(thread, NULL) != 0)
		return 1;
	pid = fork();
	if (pid == 0)
		_exit(0);
	if (wait_for(pid) != 0 || wait_for(make_by_vfork()) != 0)
		return 1;
	return posix_spawn(&pid, "/bin/true", NULL, NULL, program, environment) != 0 || wait_for(pid) != 0;
}

int
main(int argc, char **argv)
{
	int failed = 0;

	for (int i = argc > 1 ? atoi(argv[1]) : 1; i > 0; i--)
		failed |= create_one_of_each();
	return failed;
}
