/*
 * sum_array_threads [N]: sums an array in N threads (default 2).
 *
 * The lesson: threads live in one memory. Every thread reads the array that main() filled and leaves its part of the sum
 * where main() can read it: nothing is copied, nothing is sent. What a thread has to itself is a stack and an id. Compare
 * sum_array_processes.c, where a result has to be put into shared memory on purpose.
 */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ARRAY_LENGTH = 10000000, THREADS_MAX = 64 };

static uint32_t array[ARRAY_LENGTH];

struct part {
	size_t begin, end; /* the elements to add: from `begin` up to, not including, `end` */
	uint64_t sum;
};

/* Not static: a name that the dynamic symbol table has is one that the shim can show. */
void *sum_part(void *arg);

void *
sum_part(void *arg)
{
	struct part *part = arg;
	uint64_t sum = 0;

	for (size_t i = part->begin; i < part->end; i++)
		sum += array[i];
	part->sum = sum;
	return NULL;
}

static double
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void
require(int error, const char *what)
{
	if (error == 0)
		return;
	fprintf(stderr, "sum_array_threads: %s: %s\n", what, strerror(error));
	exit(1); /* ends all threads of the process with it */
}

int
main(int argc, char **argv)
{
	char *end = NULL;
	long count = argc < 2 ? 2 : strtol(argv[1], &end, 10);
	pthread_t threads[THREADS_MAX];
	struct part parts[THREADS_MAX];
	uint64_t sum = 0;

	if (argc > 2 || (end && (end == argv[1] || *end)) || count < 1 || count > THREADS_MAX) {
		fprintf(stderr, "usage: sum_array_threads [N], with N threads from 1 to %d\n", THREADS_MAX);
		return 2;
	}
	for (size_t i = 0; i < ARRAY_LENGTH; i++)
		array[i] = (uint32_t)i + 1;

	double start_ms = now_ms();
	for (size_t i = 0; i < (size_t)count; i++) {
		parts[i].begin = ARRAY_LENGTH * i / (size_t)count;
		parts[i].end = ARRAY_LENGTH * (i + 1) / (size_t)count;
		require(pthread_create(&threads[i], NULL, sum_part, &parts[i]), "pthread_create");
	}
	for (size_t i = 0; i < (size_t)count; i++) {
		require(pthread_join(threads[i], NULL), "pthread_join");
		sum += parts[i].sum;
	}
	printf("sum: %llu\ntime: %.2f ms in %ld thread%s\n", (unsigned long long)sum, now_ms() - start_ms, count,
	       count == 1 ? "" : "s");
	return fflush(stdout) == 0 ? 0 : 1;
}
