/* interpose_fork.c: fork(2), _Fork(3) and the C half of vfork(2). Hot path; forwards to libc. */
#include <errno.h>
#include <sys/types.h>
#include <unistd.h>

#include "preload/call.h"
#include "preload/export.h"
#include "preload/init.h"
#include "preload/probe_hooks.h"
#include "preload/real.h"

static const uint64_t no_args[LIBC_CALL_MAX_ARGS];

static pid_t
forward_fork(enum libc_call call, const void *caller)
{
	bool is_active = init_is_active();
	pid_t (*forward)(void) = real_function(call);
	struct call_frame frame;
	pid_t result;

	if (forward == NULL) {
		real_set_errno(ENOSYS);
		return -1;
	}
	if (!is_active)
		return forward();
	call_begin(&frame, &(struct call_entry){call, no_args, caller});
	result = forward();
	if (result == 0)
		call_end_in_child(&frame);
	else
		call_end(&frame, result);
	return result;
}

EXPORT pid_t
fork(void)
{
	return forward_fork(CALL_FORK, __builtin_return_address(0));
}

EXPORT_ALIAS(fork) pid_t __fork(void) __attribute__((nothrow));

EXPORT pid_t
_Fork(void)
{
	return forward_fork(CALL__FORK, __builtin_return_address(0));
}

void interpose_missing(void);
const void *interpose_vfork(void *const *return_address);

/* Called by vfork.S. `return_address` is where the call's return address stands; libc's vfork takes it off the stack before its
   system call, which is then made with the stack pointer one word above. */
const void *
interpose_vfork(void *const *return_address)
{
	bool is_active = init_is_active();
	const void *forward = real_function(CALL_VFORK);

	if (forward == NULL)
		return (const void *)interpose_missing;
	if (is_active)
		probe_hooks_announce(&(struct call_entry){CALL_VFORK, no_args, *return_address},
				     (uint64_t)(return_address + 1));
	return forward;
}
