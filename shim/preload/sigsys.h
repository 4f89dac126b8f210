/*
 * sigsys.h: who handles SIGSYS: the shim while a window is open (dispatch.h), the program otherwise.
 *
 * Handlers belong to the whole process, so the first window that is opened puts ours in place, and the last that is closed puts
 * the program's back. Meanwhile ours plays the part of the program's: what is no dispatched system call is handed on as the
 * kernel would, and sigaction(2) and its kin (interpose_sigaction.c) change what is handed on to. A process that was copied meanwhile
 * keeps our handler, which goes on so.
 *
 * Hot path; no locks, but for one word that is held across a system call or two while all signals are blocked, and that is waited
 * for a bounded time.
 */
#ifndef PRELOAD_SIGSYS_H
#define PRELOAD_SIGSYS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#define SIGSYS_DISPATCHED 2 /* si_code SYS_USER_DISPATCH: siginfo.h of the kernel */

/* Sets of signals as the kernel has them: bit N-1 is signal N. */
#define SIGNAL_BIT(signal) (UINT64_C(1) << ((signal)-1))

/* struct sigaction as the kernel has it, x86-64. */
struct sigsys_action {
	uint64_t handler; /* or SIG_DFL, SIG_IGN */
	uint64_t flags;
	uint64_t restorer;
	uint64_t mask;
};

typedef void sigsys_handler(int signal, siginfo_t *information, void *context);

/* Which function is our handler, and what it returns to. Constructor only. */
void sigsys_init(sigsys_handler *handler, const void *restorer);

/* Sees to it that our handler is in place until sigsys_release(). Returns 0; or -errno: -EBUSY where another task is changing it for
   too long. Only with all signals blocked. */
int sigsys_hold(void);
void sigsys_release(void);

/* The same for a process that shares its memory with another, and so what we know, but not its handlers: a child of vfork. It has
   one task. `own` is kept by the caller. Only with all signals blocked. */
int sigsys_hold_in_borrowed_memory(struct sigsys_action *own);
void sigsys_release_in_borrowed_memory(const struct sigsys_action *own);

/* Held: what the program has set, and has it set something else. */
struct sigsys_action sigsys_program_action(void);
void sigsys_set_program_action(const struct sigsys_action *action);

/* In the child of a fork, which has our handler and no windows. */
void sigsys_settle_in_child(void);

/* Whether that is our handler: what a process that was copied finds. */
bool sigsys_is_ours(const struct sigsys_action *action);

/* Hands on a SIGSYS that is none of ours, as the kernel would with what the program has set, while the mask was `*mask`. Only from
   our handler, with all signals blocked; the program's may change the mask, and may never return. */
void sigsys_hand_on(siginfo_t *information, void *context, uint64_t *mask);

/* Makes a SIGSYS pending once more, for the running task, while it is blocked. */
void sigsys_requeue(const siginfo_t *information);

/* rt_sigprocmask(2). */
int64_t sigsys_change_mask(int how, uint64_t set, uint64_t *old);

#endif
