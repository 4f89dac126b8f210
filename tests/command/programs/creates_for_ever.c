/*
 * creates_for_ever.c: makes threads and processes in every way, from several tasks at once, until it is killed.
 *
 *     creates_for_ever DESCRIPTOR
 *
 * After each creation has returned, and only then, "CREATOR CHILD\n" is written to the descriptor, a pipe, in one write.
 */
#include <pthread.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int report;

static void
tell(pid_t child)
{
	char line[64];
	int length = snprintf(line, sizeof(line), "%d %d\n", gettid(), child);

	if (write(report, line, (size_t)length) != length)
		_exit(1);
}

static void *
say_tid(void *tid)
{
	atomic_store((_Atomic pid_t *)tid, gettid());
	return NULL;
}

static void
make_thread(void)
{
	_Atomic pid_t tid = 0;
	pthread_t thread;

	if (pthread_create(&thread, NULL, say_tid, &tid) != 0)
		_exit(1);
	pthread_join(thread, NULL);
	tell(atomic_load(&tid));
}

static void
make_process(void)
{
	pid_t child = fork();

	if (child == 0) {
		make_thread();
		_exit(0);
	}
	tell(child);
	waitpid(child, NULL, 0);
}

static void
make_vfork_child(void)
{
	pid_t child = vfork();

	if (child == 0)
		_exit(0);
	tell(child);
	waitpid(child, NULL, 0);
}

static void
spawn_program(void)
{
	static char name[] = "true";
	char *argv[] = {name, NULL};
	pid_t child;

	if (posix_spawn(&child, "/bin/true", NULL, NULL, argv, environ) != 0)
		_exit(1);
	tell(child);
	waitpid(child, NULL, 0);
}

static void *
create_for_ever(void *unused)
{
	(void)unused;
	for (;;) {
		make_thread();
		make_process();
		make_vfork_child();
		spawn_program();
	}
	return NULL;
}

int
main(int argc, char **argv)
{
	pthread_t threads[2];

	report = argc > 1 ? atoi(argv[1]) : 1;
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, create_for_ever, NULL);
	create_for_ever(NULL);
	return 0;
}
