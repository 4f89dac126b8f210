/*
 * call.c: what `make bench-call` measures: calls that pass all of the shim and create nothing, so that little but the shim's own cost is in
 * them. All writers begin at once. Prints, of one call, the nanoseconds of processor time, then those of the clock over all writers'
 * calls together: where every writer has a processor of its own and none waits for another, the second is the first through their number.
 *
 *     call KIND COUNT [WRITERS threads|processes]
 */
#include <aio.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WRITERS_MAX 64

struct writer {
	void (*call)(long count);
	long count;
	double start_ns, end_ns, processor_ns;
	pthread_barrier_t *begin;
};

static void
check(int is_well, const char *what)
{
	if (is_well)
		return;
	fprintf(stderr, "call: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int
never(void *argument)
{
	(void)argument;
	_exit(1);
}

/* libc refuses to synchronize in a way that is none, aio_fsync(3): nothing reaches the kernel. The call's begin and its end, and no reason
   why no creation was observed, as a clone that was refused here would have. */
static void
refused_by_libc(long count)
{
	struct aiocb nothing = {.aio_fildes = -1};

	for (long i = 0; i < count; i++)
		check(aio_fsync(-1, &nothing) == -1 && errno == EINVAL, "aio_fsync");
}

/* The kernel refuses a thread that shares no signal handlers, clone(2): begin, system call, end. */
static void
refused_by_kernel(long count)
{
	static char stack[4096] __attribute__((aligned(16)));

	for (long i = 0; i < count; i++)
		check(clone(never, stack + sizeof(stack), CLONE_THREAD, NULL) == -1 && errno == EINVAL, "clone");
}

static const struct {
	const char *name;
	void (*call)(long count);
} kinds[] = {{"libc", refused_by_libc}, {"kernel", refused_by_kernel}};

static double
clock_ns(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void *
write_some(void *argument)
{
	struct writer *writer = argument;

	writer->call(writer->count / 10 + 1);
	pthread_barrier_wait(writer->begin);
	writer->start_ns = clock_ns(CLOCK_MONOTONIC);
	writer->processor_ns = -clock_ns(CLOCK_THREAD_CPUTIME_ID);
	writer->call(writer->count);
	writer->processor_ns += clock_ns(CLOCK_THREAD_CPUTIME_ID);
	writer->end_ns = clock_ns(CLOCK_MONOTONIC);
	return NULL;
}

static void
run_threads(struct writer *writers, int count)
{
	pthread_t threads[WRITERS_MAX];

	for (int i = 0; i < count; i++)
		check(pthread_create(&threads[i], NULL, write_some, &writers[i]) == 0, "pthread_create");
	for (int i = 0; i < count; i++)
		check(pthread_join(threads[i], NULL) == 0, "pthread_join");
}

static void
run_processes(struct writer *writers, int count)
{
	int status;

	for (int i = 0; i < count; i++) {
		pid_t child = fork();

		check(child >= 0, "fork");
		if (child == 0) {
			write_some(&writers[i]);
			_exit(0);
		}
	}
	for (int i = 0; i < count; i++)
		check(wait(&status) > 0 && status == 0, "wait");
}

static void
print_costs(const struct writer *writers, int count)
{
	double processor_ns = 0, start_ns = writers[0].start_ns, end_ns = writers[0].end_ns;
	double calls = (double)writers[0].count * count;

	for (int i = 0; i < count; i++) {
		processor_ns += writers[i].processor_ns;
		if (writers[i].start_ns < start_ns)
			start_ns = writers[i].start_ns;
		if (writers[i].end_ns > end_ns)
			end_ns = writers[i].end_ns;
	}
	printf("%.2f %.2f\n", processor_ns / calls, (end_ns - start_ns) / calls);
}

/* In memory that processes share, too. */
static struct writer *
make_writers(void (*call)(long), long calls, int count)
{
	pthread_barrierattr_t attributes;
	pthread_barrier_t *begin;
	struct writer *writers;

	writers = mmap(NULL, sizeof(*begin) + WRITERS_MAX * sizeof(*writers), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	check(writers != MAP_FAILED, "mmap");
	begin = (pthread_barrier_t *)(writers + WRITERS_MAX);
	pthread_barrierattr_init(&attributes);
	pthread_barrierattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	check(pthread_barrier_init(begin, &attributes, (unsigned int)count) == 0, "pthread_barrier_init");
	for (int i = 0; i < count; i++)
		writers[i] = (struct writer){.call = call, .count = calls, .begin = begin};
	return writers;
}

int
main(int argc, char **argv)
{
	long calls = argc >= 3 ? atol(argv[2]) : 0;
	int count = argc == 5 ? atoi(argv[3]) : 1;
	struct writer *writers;

	for (size_t i = 0; calls > 0 && count > 0 && count <= WRITERS_MAX && i < sizeof(kinds) / sizeof(kinds[0]);
	     i++) {
		if (strcmp(kinds[i].name, argv[1]) != 0)
			continue;
		writers = make_writers(kinds[i].call, calls, count);
		if (argc == 5 && strcmp(argv[4], "processes") == 0)
			run_processes(writers, count);
		else if (argc == 5)
			run_threads(writers, count);
		else
			write_some(writers);
		print_costs(writers, count);
		return 0;
	}
	fprintf(stderr, "usage: call libc|kernel COUNT [WRITERS threads|processes]\n");
	return 2;
}
