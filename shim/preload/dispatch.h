/*
 * dispatch.h: the probe that has the kernel tell of every system call of a libc call: Syscall User Dispatch
 * (Documentation/admin-guide/syscall-user-dispatch.rst of the kernel, Linux 5.11).
 *
 * While a window is open on a thread, from the begin of a libc call to its end, each of its system calls that does not come from
 * the shim's own text raises SIGSYS instead. The window has three states:
 *
 *     ARMED       the call's own code runs, with all signals blocked, but SIGSYS and those that a fault raises
 *     IN_SYSCALL  a stub of ours (x86_64/dispatch.S) makes the system call that was trapped: not armed, with the program's mask
 *     PAUSED      an interposer of ours runs inside the call: not armed
 *
 * So the handlers of the program run only where they find everything as it would be without us: SIGSYS that is raised while
 * blocked kills, and a handler may block what it likes. The kernel itself does to the program's mask what the system call says
 * (rt_sigprocmask, ppoll, rt_sigsuspend, …), and a new task gets the right one. A signal that arrives in between waits for the next
 * system call, or the call's end.
 *
 * Hot path but for dispatch_init(). No locks; a window is found by its task's tid and lies in memory that a fork's child does not get.
 */
#ifndef PRELOAD_DISPATCH_H
#define PRELOAD_DISPATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "decode/out.h"
#include "preload/call.h"
#include "preload/sigsys.h"

/* What windows are opened for. */
enum dispatch_use {
	DISPATCH_UNUSED,
	DISPATCH_PATH,      /* the path of calls; what creates tasks is observed by the patched sites */
	DISPATCH_CREATIONS, /* creation syscalls, and the path where it is shown */
};

/* Finds out whether the kernel can do it, and gets ready. Returns 0; or -errno with the reason, a few words, in `reason`. Constructor
   only. */
int dispatch_init(enum dispatch_use use, bool shows_path, struct out *reason);

enum dispatch_use dispatch_used(void);
bool dispatch_shows_path(void);

/* A call that may create a task. _enter comes first in its interposer, _begin last before libc is entered, _leave first behind
   it, _return last. Between _enter and _begin, and between _leave and _return, nothing is trapped. */
void dispatch_enter(struct call_frame *frame);
void dispatch_begin(struct call_frame *frame);
void dispatch_leave(struct call_frame *frame);
void dispatch_return(struct call_frame *frame);

/* In the child that such a call returns in: first, and last, when the frames around it have become the child's. */
void dispatch_return_in_child(const struct call_frame *frame);
void dispatch_go_on_in_child(const struct call_frame *frame);

/* For a call that leaves by a jump, to make its one system call with the stack pointer at `stack`. Returns NULL; or why it will not
   be observed. */
const char *dispatch_announce(const struct event_head *head, uint64_t stack);

/* Around a creation syscall that a stub makes. */
void dispatch_suspend(int32_t tid, uint64_t stack);
void dispatch_resume(int32_t tid, uint64_t stack);

/*
 * For the architecture's half, x86_64/dispatch_trap.c.
 */

struct trapped_syscall {
	uint32_t nr;
	uint64_t args[6];
	uint64_t site;  /* of the instruction */
	uint64_t stack; /* the stack pointer there */
};

/* What is to become of it, and with which mask our handler returns. */
struct trapped_fate {
	enum {
		TRAPPED_TO_STUB,          /* the stub makes it */
		TRAPPED_TO_CREATION_STUB, /* the one at `stub`, which is like that of a patched site */
		TRAPPED_IN_PLACE,         /* it is made where it stands: the window is closed */
		TRAPPED_ANSWERED,         /* with `result`, by us */
	} kind;
	uint64_t stub;
	int64_t result;
	uint64_t mask;
};

/* `mask` is the mask at the system call. */
struct trapped_fate dispatch_trapped(const struct trapped_syscall *trapped, uint64_t mask);

/* Closes the window for a system call that nothing else can be done about. Gives the program's mask. */
void dispatch_give_up(uint64_t *mask);

/* A SIGSYS that is no trap; `mask` is the mask that it interrupts. Returns the mask to return to. */
uint64_t dispatch_hand_on(siginfo_t *information, void *context, uint64_t mask);

/* Called by the stub, behind the system call. */
void dispatch_syscall_after(uint64_t stack, int64_t result);

/* What that half defines: our handler, and what it returns to. */
void dispatch_trap(int signal, siginfo_t *information, void *context);
extern const uint8_t dispatch_restorer[];

#endif
