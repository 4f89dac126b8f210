/* interpose_clone.c: clone(2), the libc wrapper. Hot path; forwards to libc. */
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/types.h>

#include "preload/call.h"
#include "preload/export.h"
#include "preload/init.h"
#include "preload/real.h"

typedef int clone_function(int (*)(void *), void *, int, void *, ...);

/* Whether the variable arguments were passed only the flags tell, and libc reads them all the same (glibc, x86_64/clone.S), so
   all three are read and passed on. The child never comes back here: libc runs `fn` on the stack that was given. */
EXPORT int
clone(int (*fn)(void *), void *stack, int flags, void *arg, ...)
{
	bool is_active = init_is_active();
	clone_function *forward = real_function(CALL_CLONE);
	struct call_frame frame;
	pid_t *parent_tid, *child_tid;
	void *tls;
	va_list list;
	int result;

	va_start(list, arg);
	parent_tid = va_arg(list, pid_t *);
	tls = va_arg(list, void *);
	child_tid = va_arg(list, pid_t *);
	va_end(list);
	if (forward == NULL) {
		real_set_errno(ENOSYS);
		return -1;
	}
	if (!is_active)
		return forward(fn, stack, flags, arg, parent_tid, tls, child_tid);

	const uint64_t args[LIBC_CALL_MAX_ARGS] = {(uint64_t)fn,       (uint64_t)stack,      (uint32_t)flags,
						   (uint64_t)arg,      (uint64_t)parent_tid, (uint64_t)tls,
						   (uint64_t)child_tid};

	call_begin(&frame, &(struct call_entry){CALL_CLONE, args, __builtin_return_address(0)});
	result = forward(fn, stack, flags, arg, parent_tid, tls, child_tid);
	call_end(&frame, result);
	return result;
}

EXPORT_ALIAS(clone) clone_function __clone __attribute__((nothrow, leaf));
