/* sigsys.c: see sigsys.h. Hot path; calls the kernel, and the program's handler. */
#include "preload/sigsys.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>

#include "preload/pages.h"
#include "preload/x86_64/syscall.h"

#define SET_SIZE 8             /* bytes of a set, as the kernel has it */
#define HAS_RESTORER 0x4000000 /* SA_RESTORER, asm/signal.h */
#define WAITS_MAX 10000        /* for another task that changes the action: some milliseconds */

/* How many hold it, and whether somebody is changing it. */
#define CHANGING (UINT32_C(1) << 31)

/* A page of its own, as the type's alignment sees to: wiped in a fork's child, which has none of the windows. What shares a page
   with it would be wiped with it. */
static RARELY_USED struct {
	_Atomic uint32_t holds;
} __attribute__((aligned(4096))) area;

_Static_assert(sizeof(area) == 4096, "nothing shares its page");

static struct sigsys_action ours;
static struct sigsys_action program; /* valid while held, and in copies that were made then */

static int64_t
change_action(const struct sigsys_action *action, struct sigsys_action *old)
{
	return syscall4(__NR_rt_sigaction, SIGSYS, (uint64_t)action, (uint64_t)old, SET_SIZE);
}

int64_t
sigsys_change_mask(int how, uint64_t set, uint64_t *old)
{
	return syscall4(__NR_rt_sigprocmask, (uint64_t)how, (uint64_t)&set, (uint64_t)old, SET_SIZE);
}

void
sigsys_init(sigsys_handler *handler, const void *restorer)
{
	ours = (struct sigsys_action){
		.handler = (uint64_t)handler,
		.flags = SA_SIGINFO | HAS_RESTORER,
		.restorer = (uint64_t)restorer,
		.mask = ~UINT64_C(0),
	};
	syscall3(__NR_madvise, (uint64_t)&area, sizeof(area), MADV_WIPEONFORK);
}

bool
sigsys_is_ours(const struct sigsys_action *action)
{
	return ours.handler != 0 && action->handler == ours.handler;
}

/* Whether a system call that our handler interrupts is made again is for the program to say. */
static struct sigsys_action
ours_in_place_of(const struct sigsys_action *action)
{
	struct sigsys_action mixed = ours;

	mixed.flags |= action->flags & SA_RESTART;
	return mixed;
}

static int
put_ours(void)
{
	struct sigsys_action mixed = ours, old;
	int64_t error = change_action(&mixed, &old);

	if (error < 0)
		return (int)error;
	if (!sigsys_is_ours(&old))
		program = old; /* else it was ours from before a fork */
	mixed = ours_in_place_of(&program);
	if (mixed.flags != ours.flags)
		change_action(&mixed, NULL);
	return 0;
}

static void
put_back(void)
{
	struct sigsys_action now;

	/* Whoever changed it past us, by a system call of its own, has the last word. */
	if (change_action(NULL, &now) == 0 && sigsys_is_ours(&now))
		change_action(&program, NULL);
}

/* Waits until nobody is changing the action. Gives what the word was then; false: it took too long. */
static bool
await_unchanging(uint32_t *seen)
{
	for (uint32_t i = 0; i < WAITS_MAX; i++) {
		*seen = atomic_load(&area.holds);
		if ((*seen & CHANGING) == 0)
			return true;
		syscall0(__NR_sched_yield);
	}
	return false;
}

int
sigsys_hold(void)
{
	uint32_t seen;
	int error;

	do {
		if (!await_unchanging(&seen))
			return -EBUSY;
	} while (!atomic_compare_exchange_weak(&area.holds, &seen, seen == 0 ? CHANGING | 1 : seen + 1));
	if (seen != 0)
		return 0;
	error = put_ours();
	atomic_store(&area.holds, error == 0 ? 1 : 0);
	return error;
}

/* Where it takes too long our handler stays, which does no harm. */
void
sigsys_release(void)
{
	uint32_t seen;

	do {
		if (!await_unchanging(&seen) || seen == 0)
			return;
	} while (!atomic_compare_exchange_weak(&area.holds, &seen, seen == 1 ? CHANGING : seen - 1));
	if (seen != 1)
		return;
	put_back();
	atomic_store(&area.holds, 0);
}

int
sigsys_hold_in_borrowed_memory(struct sigsys_action *own)
{
	return (int)change_action(&ours, own);
}

/* Ours came with the copy of the handlers: then it stays. */
void
sigsys_release_in_borrowed_memory(const struct sigsys_action *own)
{
	if (!sigsys_is_ours(own))
		change_action(own, NULL);
}

struct sigsys_action
sigsys_program_action(void)
{
	return program;
}

void
sigsys_set_program_action(const struct sigsys_action *action)
{
	struct sigsys_action mixed = ours_in_place_of(action);

	program = *action;
	change_action(&mixed, NULL);
}

void
sigsys_settle_in_child(void)
{
	uint64_t mask;

	if (atomic_load(&area.holds) != 0)
		return; /* an atfork handler has made threads, and the last of their windows will do it */
	sigsys_change_mask(SIG_BLOCK, ~UINT64_C(0), &mask);
	if (sigsys_hold() == 0)
		sigsys_release();
	sigsys_change_mask(SIG_SETMASK, mask, NULL);
}

void
sigsys_requeue(const siginfo_t *information)
{
	syscall4(__NR_rt_tgsigqueueinfo, (uint64_t)syscall0(__NR_getpid), (uint64_t)syscall0(__NR_gettid), SIGSYS,
		 (uint64_t)information);
}

/* As if we had never been there: the same signal, with the same information, once our handler returns. */
static void
let_default_act(const siginfo_t *information)
{
	static const struct sigsys_action by_default;

	change_action(&by_default, NULL);
	sigsys_requeue(information);
}

/* On the stack that it interrupts, even where SA_ONSTACK asks for another. */
static void
call_handler(const struct sigsys_action *action, siginfo_t *information, void *context, uint64_t *mask)
{
	uint64_t blocked = *mask | action->mask | ((action->flags & SA_NODEFER) != 0 ? 0 : SIGNAL_BIT(SIGSYS));
	ucontext_t *interrupted = context;
	uint64_t *saved_mask = (uint64_t *)&interrupted->uc_sigmask;

	*saved_mask = *mask;
	sigsys_change_mask(SIG_SETMASK, blocked, NULL);
	((sigsys_handler *)action->handler)(SIGSYS, information, context);
	sigsys_change_mask(SIG_SETMASK, ~UINT64_C(0), NULL);
	*mask = *saved_mask;
}

void
sigsys_hand_on(siginfo_t *information, void *context, uint64_t *mask)
{
	struct sigsys_action action = program;

	if (action.handler == (uint64_t)SIG_IGN && information->si_code <= 0)
		return;
	if (action.handler == (uint64_t)SIG_DFL || action.handler == (uint64_t)SIG_IGN) {
		let_default_act(information); /* who ignores what the kernel forces ends by it: kernel/signal.c */
		return;
	}
	if ((action.flags & SA_RESETHAND) != 0)
		program.handler = (uint64_t)SIG_DFL;
	call_handler(&action, information, context, mask);
}
