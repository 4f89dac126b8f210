/*
 * interpose_sigaction.c: sigaction(2), signal(2) and their kin, for SIGSYS alone, and only where windows are used (dispatch.h): while one
 * is open anywhere in the process, what they tell and set is what our handler hands on to. Everything else is libc's.
 *
 * Hot path; forwards to libc.
 */
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

#include "preload/dispatch.h"
#include "preload/export.h"
#include "preload/init.h"
#include "preload/memory.h"
#include "preload/modules.h"
#include "preload/real.h"
#include "preload/sigsys.h"
#include "preload/task.h"
#include "preload/x86_64/syscall.h"

typedef int sigaction_function(int, const struct sigaction *, struct sigaction *);
typedef sighandler_t signal_function(int, sighandler_t);

#define HAS_RESTORER 0x4000000 /* SA_RESTORER, asm/signal.h */

/* libc's function `name`, which is looked for once. */
static void *
find(_Atomic uint64_t *cache, const char *name)
{
	uint64_t address = atomic_load_explicit(cache, memory_order_relaxed);

	if (address == 0) {
		address = modules_find_next(name);
		atomic_store_explicit(cache, address, memory_order_relaxed);
	}
	return (void *)address;
}

/* In a child of vfork our handler is nobody's to change: it shares what we know of the program's with its parent. */
static bool
is_ours_to_answer(int number)
{
	struct event_head head;

	if (number != SIGSYS || !init_is_active() || dispatch_used() == DISPATCH_UNUSED)
		return false;
	task_identify(&head);
	return task_owns_memory(head.pid);
}

/* libc's struct has the same members in another order, and a larger mask. */
static void
to_kernel(struct sigsys_action *to, const struct sigaction *from)
{
	*to = (struct sigsys_action){
		.handler = (uint64_t)from->sa_handler,
		.flags = (uint32_t)from->sa_flags | HAS_RESTORER,
		.restorer = (uint64_t)dispatch_restorer,
	};
	memcpy(&to->mask, &from->sa_mask, sizeof(to->mask));
	to->mask &= ~(SIGNAL_BIT(SIGKILL) | SIGNAL_BIT(SIGSTOP));
}

static void
from_kernel(struct sigaction *to, const struct sigsys_action *from)
{
	to->sa_handler = (sighandler_t)from->handler;
	memcpy(&to->sa_mask, &from->mask, sizeof(from->mask));
	to->sa_flags = (int)(uint32_t)from->flags;
	to->sa_restorer = (void (*)(void))from->restorer;
}

/* False: it cannot be known who handles the signal. */
static bool
change(const struct sigaction *action, struct sigaction *old_action)
{
	struct sigsys_action old, new;
	uint64_t mask;
	int error;

	if (action != NULL)
		to_kernel(&new, action);
	sigsys_change_mask(SIG_BLOCK, ~UINT64_C(0), &mask);
	error = sigsys_hold();
	if (error == 0) {
		old = sigsys_program_action();
		if (action != NULL)
			sigsys_set_program_action(&new);
		sigsys_release();
	}
	sigsys_change_mask(SIG_SETMASK, mask, NULL);
	if (error == 0 && old_action != NULL)
		from_kernel(old_action, &old);
	return error == 0;
}

/* Our handler is nothing that the program knows of. */
static void
name_program(struct sigaction *found)
{
	struct sigsys_action program = sigsys_program_action();

	if (sigsys_is_ours(&(struct sigsys_action){.handler = (uint64_t)found->sa_handler}))
		from_kernel(found, &program);
}

EXPORT int
sigaction(int number, const struct sigaction *restrict action, struct sigaction *restrict old)
{
	static _Atomic uint64_t cache;
	sigaction_function *forward;
	int result;

	if (is_ours_to_answer(number) && change(action, old))
		return 0;
	forward = find(&cache, "sigaction");
	if (forward == NULL) {
		real_set_errno(ENOSYS);
		return -1;
	}
	result = forward(number, action, old);
	if (number == SIGSYS && result == 0 && old != NULL)
		name_program(old);
	return result;
}

EXPORT_ALIAS(sigaction) sigaction_function __sigaction __attribute__((nothrow, leaf));

static sighandler_t
change_handler(int flags, uint64_t mask, sighandler_t handler)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags}, old;

	memcpy(&action.sa_mask, &mask, sizeof(mask));
	return change(&action, &old) ? old.sa_handler : SIG_ERR;
}

/* The body of a function that sets a handler in its own way: signal(2), "Portability". */
#define FORWARD_SIGNAL(name, flags, mask)                            \
	do {                                                         \
		static _Atomic uint64_t cache_;                      \
		signal_function *forward_;                           \
		if (is_ours_to_answer(number) && handler != SIG_ERR) \
			return change_handler(flags, mask, handler); \
		forward_ = (signal_function *)find(&cache_, name);   \
		if (forward_ == NULL) {                              \
			real_set_errno(ENOSYS);                      \
			return SIG_ERR;                              \
		}                                                    \
		return forward_(number, handler);                    \
	} while (0)

EXPORT sighandler_t
signal(int number, sighandler_t handler)
{
	FORWARD_SIGNAL("signal", SA_RESTART, SIGNAL_BIT(SIGSYS));
}

EXPORT_ALIAS(signal) signal_function bsd_signal __attribute__((nothrow, leaf));
EXPORT_ALIAS(signal) signal_function ssignal __attribute__((nothrow, leaf));

EXPORT sighandler_t
sysv_signal(int number, sighandler_t handler)
{
	FORWARD_SIGNAL("sysv_signal", SA_RESETHAND | SA_NODEFER, 0);
}

EXPORT_ALIAS(sysv_signal) signal_function __sysv_signal __attribute__((nothrow, leaf));
