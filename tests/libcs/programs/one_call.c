/* One libc call, the one that argv[1] names, once, and as it is most often made. Prints "ok" when it did what it is for. */
#include <aio.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <threads.h>
#include <time.h>
#include <wordexp.h>
#ifdef __GLIBC__
#include <netdb.h>
#endif

#include "../../system/programs/victim.h"

extern char **environ;

static char true_name[] = "true", true_path[] = "/bin/true";
static char *true_argv[] = {true_name, NULL};
static volatile int notified;

static int
nothing(void *arg)
{
	(void)arg;
	return 0;
}

static void
notify(union sigval value)
{
	(void)value;
	notified = 1;
}

static void
await(pid_t child)
{
	int status = -1;
	CHECK(child > 0 && waitpid(child, &status, 0) == child && status == 0);
}

static pthread_mutex_t is_creating = PTHREAD_MUTEX_INITIALIZER;

static void *
wait_until_created(void *arg)
{
	CHECK(pthread_mutex_lock(&is_creating) == 0 && pthread_mutex_unlock(&is_creating) == 0);
	return arg;
}

/* The thread outlives the call: musl has the creator wake one that is at its end meanwhile, which is one system call more. */
static void
call_pthread_create(void)
{
	pthread_t thread;
	CHECK(pthread_mutex_lock(&is_creating) == 0);
	CHECK(pthread_create(&thread, NULL, wait_until_created, NULL) == 0);
	CHECK(pthread_mutex_unlock(&is_creating) == 0 && pthread_join(thread, NULL) == 0);
}

static void
call_thrd_create(void)
{
	thrd_t thread;
	CHECK(thrd_create(&thread, nothing, NULL) == thrd_success && thrd_join(thread, NULL) == thrd_success);
}

static void
call_forkpty(void)
{
	int terminal;
	pid_t child = forkpty(&terminal, NULL, NULL, NULL);
	if (child == 0)
		_exit(0);
	await(child);
}

/* The caller ends in it, so the call is made by a child. */
static void
call_daemon(void)
{
	CHECK(daemon(1, 1) == 0);
}

static void
call_vfork(void)
{
	pid_t child = vfork();
	if (child == 0)
		_exit(0);
	await(child);
}

static void
call_spawn(int (*spawn)(pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *,
			char *const[], char *const[]),
	   const char *name)
{
	pid_t child;
	CHECK(spawn(&child, name, NULL, NULL, true_argv, environ) == 0);
	await(child);
}

static void
call_popen(void)
{
	FILE *from = popen("true", "r");
	CHECK(from != NULL && pclose(from) == 0);
}

static void
call_wordexp(void)
{
	wordexp_t words;
	CHECK(wordexp("$(echo one)", &words, 0) == 0 && words.we_wordc == 1);
	wordfree(&words);
}

static void
call_timer_create(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = notify};
	struct itimerspec soon = {.it_value = {0, 1000000}};
	timer_t timer;
	CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0 && timer_settime(timer, 0, &soon, NULL) == 0);
	while (!notified)
		usleep(1000);
}

static void
call_aio_read(void)
{
	static char byte;
	struct aiocb request = {.aio_fildes = open("/dev/zero", O_RDONLY), .aio_buf = &byte, .aio_nbytes = 1};
	const struct aiocb *list[] = {&request};
	CHECK(aio_read(&request) == 0 && aio_suspend(list, 1, NULL) == 0 && aio_return(&request) == 1);
}

static void
call(const char *name)
{
	if (strcmp(name, "pthread_create") == 0)
		call_pthread_create();
	else if (strcmp(name, "thrd_create") == 0)
		call_thrd_create();
	else if (strcmp(name, "fork") == 0)
		fork_and_wait();
	else if (strcmp(name, "forkpty") == 0)
		call_forkpty();
	else if (strcmp(name, "daemon") == 0)
		call_daemon();
	else if (strcmp(name, "vfork") == 0)
		call_vfork();
	else if (strcmp(name, "posix_spawn") == 0)
		call_spawn(posix_spawn, true_path);
	else if (strcmp(name, "posix_spawnp") == 0)
		call_spawn(posix_spawnp, true_name);
	else if (strcmp(name, "system") == 0)
		CHECK(system(":") == 0);
	else if (strcmp(name, "popen") == 0)
		call_popen();
	else if (strcmp(name, "wordexp") == 0)
		call_wordexp();
	else if (strcmp(name, "timer_create") == 0)
		call_timer_create();
	else if (strcmp(name, "aio_read") == 0)
		call_aio_read();
	else
		CHECK(!"a known call");
}

int
main(int argc, char **argv)
{
	CHECK(argc == 2);
	call(argv[1]);
	return ok();
}
