/* A thread with a static start routine, made by functions that are inlined into one another. Prints how `show --symbols` names it. */
#include <pthread.h>
#include <stdio.h>

enum { LINE_CREATE = 13, LINE_OUTER = 19, LINE_MAIN = 30 };

static void *work(void *arg);

/* Each line that is named above is checked below. */
static inline __attribute__((always_inline)) int
start_one(pthread_t *thread)
{
	int result = pthread_create(thread, NULL, work, NULL);
	return result + (__LINE__ - 1 != LINE_CREATE);
}
static inline __attribute__((always_inline)) int
start_outer(pthread_t *thread)
{
	int result = start_one(thread);
	return result + (__LINE__ - 1 != LINE_OUTER);
}

/* A call's line is that of its name. */
int
main(void)
{
	pthread_t thread;
	int failed;

	failed = start_outer(&thread);
	failed += __LINE__ - 1 != LINE_MAIN;
	pthread_join(thread, NULL);
	printf("called from start_one (inlined_calls.c:%d), inlined into start_outer (inlined_calls.c:%d), inlined "
	       "into main "
	       "(inlined_calls.c:%d);\n",
	       LINE_CREATE, LINE_OUTER, LINE_MAIN);
	return failed;
}

static void *
work(void *arg)
{
	return arg;
}
