/*
 * interpose_sigaction.c: sigaction(2), signal(2), sigset(3) and their kin, for SIGSYS alone, and only where windows are used (dispatch.h): while one
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
#include "preload/libc_identity.h"
#include "preload/memory.h"
#include "preload/modules.h"
#include "preload/real.h"
#include "preload/sigsys.h"
#include "preload/task.h"
#include "preload/x86_64/syscall.h"

typedef int sigaction_function(int, const struct sigaction *, struct sigaction *);
typedef sighandler_t signal_function(int, sighandler_t);
typedef int number_function(int);
typedef int flag_function(int, int);
typedef int mask_function(int, const sigset_t *, sigset_t *);

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

/* glibc's siginterrupt(3) says it to signal(2), too, for all time: signal/siginterrupt.c. */
static _Atomic bool signal_interrupts;

EXPORT sighandler_t
signal(int number, sighandler_t handler)
{
	FORWARD_SIGNAL("signal", signal_interrupts ? 0 : SA_RESTART, SIGNAL_BIT(SIGSYS));
}

EXPORT_ALIAS(signal) signal_function bsd_signal __attribute__((nothrow, leaf));
EXPORT_ALIAS(signal) signal_function ssignal __attribute__((nothrow, leaf));

EXPORT sighandler_t
sysv_signal(int number, sighandler_t handler)
{
	FORWARD_SIGNAL("sysv_signal", SA_RESETHAND | SA_NODEFER, 0);
}

EXPORT_ALIAS(sysv_signal) signal_function __sysv_signal __attribute__((nothrow, leaf));

static int
refuse(void)
{
	real_set_errno(ENOSYS);
	return -1;
}

EXPORT int
siginterrupt(int number, int interrupts)
{
	static _Atomic uint64_t cache;
	struct sigaction action;
	flag_function *forward;

	if (is_ours_to_answer(number) && change(NULL, &action)) {
		signal_interrupts = interrupts && libc_identity()->is_glibc;
		action.sa_flags = interrupts ? action.sa_flags & ~SA_RESTART : action.sa_flags | SA_RESTART;
		if (change(&action, NULL))
			return 0;
	}
	forward = find(&cache, "siginterrupt");
	return forward != NULL ? forward(number, interrupts) : refuse();
}

EXPORT int
sigignore(int number)
{
	static _Atomic uint64_t cache;
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	number_function *forward;

	if (is_ours_to_answer(number) && change(&ignore, NULL))
		return 0;
	forward = find(&cache, "sigignore");
	return forward != NULL ? forward(number) : refuse();
}

/* By libc's own function, so that a window of this thread learns of it. Whether the signal was blocked; false: it cannot be known. */
static bool
change_mask(int how, bool *was_blocked)
{
	static _Atomic uint64_t cache;
	mask_function *forward = find(&cache, "sigprocmask");
	uint64_t bit = SIGNAL_BIT(SIGSYS);
	sigset_t set = {0}, old = {0};

	memcpy(&set, &bit, sizeof(bit));
	if (forward == NULL || forward(how, &set, &old) != 0)
		return false;
	memcpy(&bit, &old, sizeof(bit));
	*was_blocked = (bit & SIGNAL_BIT(SIGSYS)) != 0;
	return true;
}

/* sigset(3) of SIGSYS, as libc has it: a handler is set, and let in; SIG_HOLD blocks. */
EXPORT sighandler_t
sigset(int number, sighandler_t handler)
{
	static _Atomic uint64_t cache;
	bool holds = handler == SIG_HOLD, was_blocked;
	struct sigaction action = {.sa_handler = handler}, old;
	signal_function *forward;

	if (is_ours_to_answer(number) && handler != SIG_ERR && change(holds ? NULL : &action, &old)) {
		if (!change_mask(holds ? SIG_BLOCK : SIG_UNBLOCK, &was_blocked))
			return SIG_ERR;
		return was_blocked ? SIG_HOLD : old.sa_handler;
	}
	forward = (signal_function *)find(&cache, "sigset");
	if (forward != NULL)
		return forward(number, handler);
	refuse();
	return SIG_ERR;
}
