/*
 * What a program sees when creation fails: makes threads and processes in every way and prints each result, whatever it is.
 *
 *     in_turn    six times: a thread, a fork, a vfork, a spawn
 *     threads    two threads that each make six threads: tasks count for themselves
 *     children   a thread and a fork; the fork's child does the same: it counts from the start
 */
#include "victim.h"

#include <spawn.h>

#define ROUNDS 6

static const char *
result_name(int error)
{
	return error ? strerrorname_np(error) ? strerrorname_np(error) : strerror(error) : "done";
}

static int
make_thread(void)
{
	pthread_t thread;
	pid_t tid;
	int error = pthread_create(&thread, NULL, store_tid, &tid);
	if (error == 0)
		CHECK(pthread_join(thread, NULL) == 0);
	return error;
}

static int
make_fork(void)
{
	pid_t child = fork();
	if (child == 0)
		_exit(7);
	if (child > 0)
		await_child(child, 7);
	return child < 0 ? errno : 0;
}

static int
make_vfork(void)
{
	pid_t child = vfork();
	if (child == 0)
		_exit(7);
	if (child > 0)
		await_child(child, 7);
	return child < 0 ? errno : 0;
}

static int
make_spawn(void)
{
	char *const argv[] = {(char *)"true", NULL};
	pid_t child;
	int error = posix_spawnp(&child, "true", NULL, NULL, argv, environ);
	if (error == 0)
		await_child(child, 0);
	return error;
}

static void
in_turn(void)
{
	for (int i = 1; i <= ROUNDS; i++) {
		printf("%d: pthread_create %s", i, result_name(make_thread()));
		printf(", fork %s", result_name(make_fork()));
		printf(", vfork %s", result_name(make_vfork()));
		printf(", posix_spawn %s\n", result_name(make_spawn()));
	}
}

static void *
make_six(void *results)
{
	for (int i = 0; i < ROUNDS; i++)
		((int *)results)[i] = make_thread();
	return NULL;
}

static void
in_two_threads(void)
{
	int results[2][ROUNDS];
	pthread_t makers[2];

	for (int i = 0; i < 2; i++)
		CHECK(pthread_create(&makers[i], NULL, make_six, results[i]) == 0);
	for (int i = 0; i < 2; i++) {
		CHECK(pthread_join(makers[i], NULL) == 0);
		for (int j = 0; j < ROUNDS; j++)
			printf("%d.%d: pthread_create %s\n", i + 1, j + 1, result_name(results[i][j]));
	}
}

static void
in_children(int generation)
{
	printf("%d: pthread_create %s\n", generation, result_name(make_thread()));
	printf("%d: pthread_create %s\n", generation, result_name(make_thread()));
	fflush(stdout);
	pid_t child = generation < 3 ? fork() : -1;
	if (child == 0) {
		in_children(generation + 1);
		fflush(stdout);
		_exit(7);
	}
	if (child > 0)
		await_child(child, 7);
}

int
main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "in_turn";
	if (strcmp(how, "threads") == 0)
		in_two_threads();
	else if (strcmp(how, "children") == 0)
		in_children(1);
	else
		in_turn();
	return ok();
}
