/*
 * Makes one kind of call, several times over, each between two system calls that nobody else makes, so that whoever watches can
 * tell which are the call's own. Usage: path_calls KIND.
 */
#include "victim.h"

#include <spawn.h>
#include <sys/syscall.h>

extern char **environ;

enum { MARK = 0x5eed };

static void
mark(void)
{
	CHECK(syscall(SYS_getpgid, MARK) == -1 && errno == ESRCH);
}

/* Held while the call is observed: a thread that is at its end meanwhile may have its creator wake it (musl), or not. */
static pthread_mutex_t is_observed = PTHREAD_MUTEX_INITIALIZER;

static void *
wait_until_observed(void *arg)
{
	CHECK(pthread_mutex_lock(&is_observed) == 0 && pthread_mutex_unlock(&is_observed) == 0);
	return arg;
}

/* Made by way of syscall(2), whose site is patched. */
static void
prepare_fork(void)
{
	syscall(SYS_getppid);
}

static void
make_call(const char *kind)
{
	char *const argv[] = {(char *)"true", NULL};
	pthread_t thread = pthread_self();
	FILE *stream = NULL;
	pid_t child = -1;
	int status = 0;

	CHECK(pthread_mutex_lock(&is_observed) == 0);
	mark();
	if (strcmp(kind, "pthread_create") == 0)
		status = pthread_create(&thread, NULL, wait_until_observed, NULL);
	else if (strcmp(kind, "fork") == 0)
		child = fork();
	else if (strcmp(kind, "posix_spawn") == 0)
		status = posix_spawn(&child, "/bin/true", NULL, NULL, argv, environ);
	else if (strcmp(kind, "system") == 0)
		status = system("exit 0");
	else
		stream = popen("exit 0", "r");
	if (child == 0)
		_exit(0);
	mark();
	CHECK(pthread_mutex_unlock(&is_observed) == 0 && status == 0);
	if (stream != NULL)
		CHECK(pclose(stream) == 0);
	else if (child > 0)
		await_child(child, 0);
	else if (strcmp(kind, "pthread_create") == 0)
		CHECK(pthread_join(thread, NULL) == 0);
}

int
main(int argc, char **argv)
{
	CHECK(argc == 2 && pthread_atfork(prepare_fork, NULL, NULL) == 0);
	for (int i = 0; i < 3; i++)
		make_call(argv[1]);
	return ok();
}
