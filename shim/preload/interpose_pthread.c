/* interpose_pthread.c: pthread_create(3) and thrd_create(3). Hot path; forwards to libc. */
#include <errno.h>
#include <pthread.h>
#include <threads.h>

#include "preload/call.h"
#include "preload/export.h"
#include "preload/init.h"
#include "preload/real.h"

EXPORT int
pthread_create(pthread_t *restrict thread, const pthread_attr_t *restrict attr, void *(*start_routine)(void *),
	       void *restrict arg)
{
	bool is_active = init_is_active();
	int (*forward)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *) =
		real_function(CALL_PTHREAD_CREATE);
	const uint64_t args[LIBC_CALL_MAX_ARGS] = {(uint64_t)thread, (uint64_t)attr, (uint64_t)start_routine,
						   (uint64_t)arg};
	struct call_frame frame;
	int result;

	if (forward == NULL)
		return ENOSYS;
	if (!is_active)
		return forward(thread, attr, start_routine, arg);
	call_begin(&frame, &(struct call_entry){CALL_PTHREAD_CREATE, args, __builtin_return_address(0), attr});
	result = forward(thread, attr, start_routine, arg);
	call_end(&frame, result);
	return result;
}

EXPORT int
thrd_create(thrd_t *thr, thrd_start_t func, void *arg)
{
	bool is_active = init_is_active();
	int (*forward)(thrd_t *, thrd_start_t, void *) = real_function(CALL_THRD_CREATE);
	const uint64_t args[LIBC_CALL_MAX_ARGS] = {(uint64_t)thr, (uint64_t)func, (uint64_t)arg};
	struct call_frame frame;
	int result;

	if (forward == NULL)
		return thrd_error;
	if (!is_active)
		return forward(thr, func, arg);
	call_begin(&frame, &(struct call_entry){CALL_THRD_CREATE, args, __builtin_return_address(0), NULL});
	result = forward(thr, func, arg);
	call_end(&frame, result);
	return result;
}
