/* creates_one_by_one.c: `creates_one_by_one COUNT`: so many threads, each when the one before has ended: its stack can serve again. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static void *
nothing(void *argument)
{
	return argument;
}

int
main(int argc, char **argv)
{
	int failed = 0;

	for (int i = argc > 1 ? atoi(argv[1]) : 1; i > 0; i--) {
		pthread_t thread;

		failed |= pthread_create(&thread, NULL, nothing, NULL) != 0 || pthread_join(thread, NULL) != 0;
	}
	puts("created one by one");
	return failed;
}
