/*
 * creates_in_vain.c: many creations that the kernel refuses, from many tasks at once: events without tasks.
 *
 *     creates_in_vain PROCESSES THREADS CALLS
 *
 * Each of the threads of each of the processes calls clone3 so often, with arguments of no size: EINVAL. Prints "ok".
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static long calls;

static void *
create_in_vain(void *unused)
{
	for (long i = 0; i < calls; i++)
		if (syscall(SYS_clone3, unused, 0L) != -1 || errno != EINVAL)
			_exit(1);
	return NULL;
}

static void
run_threads(int count)
{
	pthread_t threads[64];

	for (int i = 0; i < count; i++)
		if (pthread_create(&threads[i], NULL, create_in_vain, NULL) != 0)
			_exit(1);
	for (int i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
}

int
main(int argc, char **argv)
{
	int processes = argc > 3 ? atoi(argv[1]) : 0, status, failed = 0;

	calls = argc > 3 ? atol(argv[3]) : 0;
	for (int i = 0; i < processes; i++)
		if (fork() == 0) {
			run_threads(atoi(argv[2]));
			_exit(0);
		}
	for (int i = 0; i < processes; i++)
		failed |= wait(&status) < 0 || status != 0;
	if (processes == 0)
		create_in_vain(NULL);
	puts(failed ? "FAILED" : "ok");
	return failed;
}
