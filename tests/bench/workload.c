/*
 * workload.c: what `make bench` measures: one kind of creation, many times. Prints the nanoseconds that one took, by the monotonic clock,
 * so that the program's own start does not count.
 *
 *     workload NAME COUNT
 */
#include <errno.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

#define LARGE ((size_t)1 << 30) /* bytes of the large process */
#define CROWD 8                 /* threads that create at once */

static char true_path[] = "/bin/true";
static char *const true_argv[] = {true_path, NULL};

static void
check(int is_well, const char *what)
{
	if (is_well)
		return;
	fprintf(stderr, "workload: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void *
nothing(void *argument)
{
	return argument;
}

static void
create_and_join(long count)
{
	pthread_t thread;

	for (long i = 0; i < count; i++) {
		check(pthread_create(&thread, NULL, nothing, NULL) == 0, "pthread_create");
		check(pthread_join(thread, NULL) == 0, "pthread_join");
	}
}

static void *
create_some(void *count)
{
	create_and_join(*(long *)count);
	return NULL;
}

static void
create_in_a_crowd(long count)
{
	pthread_t threads[CROWD];
	long each = (count + CROWD - 1) / CROWD;

	for (int i = 0; i < CROWD; i++)
		check(pthread_create(&threads[i], NULL, create_some, &each) == 0, "pthread_create");
	for (int i = 0; i < CROWD; i++)
		check(pthread_join(threads[i], NULL) == 0, "pthread_join");
}

static void
await(pid_t child)
{
	int status;

	check(child > 0 && waitpid(child, &status, 0) == child && status == 0, "child");
}

static void
fork_and_wait(long count)
{
	for (long i = 0; i < count; i++) {
		pid_t child = fork();

		if (child == 0)
			_exit(0);
		await(child);
	}
}

/* A function of its own: the caller's variables live through the vfork. */
static __attribute__((noinline)) pid_t
vfork_once(void)
{
	pid_t child = vfork();

	if (child == 0) {
		execv(true_path, true_argv);
		_exit(127);
	}
	return child;
}

static void
vfork_and_execute(long count)
{
	for (long i = 0; i < count; i++)
		await(vfork_once());
}

static void
spawn(long count)
{
	for (long i = 0; i < count; i++) {
		pid_t child;

		check(posix_spawn(&child, true_path, NULL, NULL, true_argv, environ) == 0, "posix_spawn");
		await(child);
	}
}

static void
run_shells(long count)
{
	for (long i = 0; i < count; i++)
		check(system("/bin/true") == 0, "system");
}

/* A request: read from a socket by a thread of its own, which answers. */
static void *
answer(void *socket)
{
	char text[512];
	long sum = 0;

	check(read(*(int *)socket, text, sizeof(text)) == sizeof(text), "read");
	for (int round = 0; round < 200; round++)
		for (size_t i = 0; i < sizeof(text); i++)
			sum = sum * 31 + text[i];
	text[0] = (char)sum;
	check(write(*(int *)socket, text, sizeof(text)) == sizeof(text), "write");
	return NULL;
}

static void
serve(long count)
{
	static char text[512];
	pthread_t thread;
	int pair[2];

	check(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "socketpair");
	for (long i = 0; i < count; i++) {
		check(write(pair[0], text, sizeof(text)) == sizeof(text), "write");
		check(pthread_create(&thread, NULL, answer, &pair[1]) == 0, "pthread_create");
		check(read(pair[0], text, sizeof(text)) == sizeof(text), "read");
		check(pthread_join(thread, NULL) == 0, "pthread_join");
	}
}

static void
grow(void)
{
	char *memory = mmap(NULL, LARGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	check(memory != MAP_FAILED, "mmap");
	madvise(memory, LARGE, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < LARGE; i += 4096)
		memory[i] = 1;
}

static const struct {
	const char *name;
	void (*work)(long count);
	void (*prepare)(void);
} workloads[] = {
	{"pthread", create_and_join, NULL}, {"crowd", create_in_a_crowd, NULL},
	{"fork", fork_and_wait, NULL},      {"fork-1g", fork_and_wait, grow},
	{"vfork", vfork_and_execute, NULL}, {"spawn", spawn, NULL},
	{"system", run_shells, NULL},       {"server", serve, NULL},
};

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

int
main(int argc, char **argv)
{
	long count = argc == 3 ? atol(argv[2]) : 0;

	for (size_t i = 0; count > 0 && i < sizeof(workloads) / sizeof(workloads[0]); i++) {
		double start;

		if (strcmp(workloads[i].name, argv[1]) != 0)
			continue;
		if (workloads[i].prepare != NULL)
			workloads[i].prepare();
		workloads[i].work(count / 10 + 1);
		start = now();
		workloads[i].work(count);
		printf("%.0f ns\n", (now() - start) / (double)count);
		return 0;
	}
	fprintf(stderr, "usage: workload NAME COUNT\n");
	return 2;
}
