/*
 * thrd_create: makes a thread by C's own <threads.h>.
 *
 * The lesson: the C standard's threads are no other kind. glibc makes them as pthread_create does, with the very same system
 * call; what differs is in C alone: the start routine returns an int, and errors are thrd_nomem or thrd_error, not an errno.
 */
#include <stdio.h>
#include <threads.h>

/* Not static: a name that the dynamic symbol table has is one that the shim can show. */
int twice(void *arg);

int
twice(void *arg)
{
	const int *number = arg;

	return 2 * *number;
}

int
main(void)
{
	thrd_t thread;
	int number = 21, result;

	if (thrd_create(&thread, twice, &number) != thrd_success) {
		fprintf(stderr, "thrd_create: no thread could be created\n");
		return 1;
	}
	if (thrd_join(thread, &result) != thrd_success) {
		fprintf(stderr, "thrd_create: thrd_join failed\n");
		return 1;
	}
	printf("the thread returned %d\n", result);
	return fflush(stdout) == 0 ? 0 : 1;
}
