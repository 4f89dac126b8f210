/* interpose_pthread.c: pthread_create(3) and thrd_create(3). Hot path; forwards to libc. */
#include <pthread.h>
#include <threads.h>

#include "preload/interpose.h"

/* The attributes are read for the stack that they ask for: preload/stack.h. */
EXPORT int
pthread_create(pthread_t *restrict thread, const pthread_attr_t *restrict attr, void *(*start_routine)(void *),
	       void *restrict arg)
{
	INTERPOSE_CALL(int, PTHREAD_CREATE, (pthread_t *, const pthread_attr_t *, void *(*)(void *), void *),
		       (thread, attr, start_routine, arg), ENOSYS, W(thread), W(attr), W(start_routine), W(arg));
}

EXPORT int
thrd_create(thrd_t *thr, thrd_start_t func, void *arg)
{
	INTERPOSE_CALL(int, THRD_CREATE, (thrd_t *, thrd_start_t, void *), (thr, func, arg), thrd_error, W(thr),
		       W(func), W(arg));
}
