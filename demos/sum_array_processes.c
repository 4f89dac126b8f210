/*
 * sum_array_processes [N]: sums an array in N forked processes (default 2).
 *
 * The lesson: fork(2) copies the memory. Every child finds the array that main() filled, but in a copy of its own, and a
 * variable that it writes changes in its copy only. So the parts of the sum go into one page that was mapped MAP_SHARED
 * before the fork: that page is the same one in all of them. Compare sum_array_threads.c, where this is not needed.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ARRAY_LENGTH = 10000000, PROCESSES_MAX = 64 };

static uint32_t array[ARRAY_LENGTH];

static uint64_t
sum_part(size_t begin, size_t end)
{
	uint64_t sum = 0;

	for (size_t i = begin; i < end; i++)
		sum += array[i];
	return sum;
}

static double
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

int
main(int argc, char **argv)
{
	char *end = NULL;
	long count = argc < 2 ? 2 : strtol(argv[1], &end, 10);
	pid_t children[PROCESSES_MAX];
	size_t started;
	uint64_t sum = 0;
	int failed = 0;

	if (argc > 2 || (end && (end == argv[1] || *end)) || count < 1 || count > PROCESSES_MAX) {
		fprintf(stderr, "usage: sum_array_processes [N], with N processes from 1 to %d\n", PROCESSES_MAX);
		return 2;
	}
	uint64_t *sums =
		mmap(NULL, PROCESSES_MAX * sizeof(*sums), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (sums == MAP_FAILED) {
		fprintf(stderr, "sum_array_processes: mmap: %s\n", strerror(errno));
		return 1;
	}
	for (size_t i = 0; i < ARRAY_LENGTH; i++)
		array[i] = (uint32_t)i + 1;

	double start_ms = now_ms();
	for (started = 0; started < (size_t)count; started++) {
		children[started] = fork();
		if (children[started] == 0) {
			sums[started] = sum_part(ARRAY_LENGTH * started / (size_t)count,
						 ARRAY_LENGTH * (started + 1) / (size_t)count);
			_exit(0); /* not exit(3): the copy of stdout's buffer is not ours to write */
		}
		if (children[started] < 0) {
			fprintf(stderr, "sum_array_processes: fork: %s\n", strerror(errno));
			failed = 1;
			break;
		}
	}
	for (size_t i = 0; i < started; i++) {
		int status;

		if (waitpid(children[i], &status, 0) < 0 || status != 0) {
			fprintf(stderr, "sum_array_processes: process %d did not finish its part\n", (int)children[i]);
			failed = 1;
		}
		sum += sums[i];
	}
	if (failed)
		return 1;
	printf("sum: %llu\ntime: %.2f ms in %ld process%s\n", (unsigned long long)sum, now_ms() - start_ms, count,
	       count == 1 ? "" : "es");
	return fflush(stdout) == 0 ? 0 : 1;
}
