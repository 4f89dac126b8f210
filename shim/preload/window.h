/*
 * window.h: the windows of dispatch.h, one for each thread that is in a call whose system calls are trapped: where they are kept, how one
 * is opened, armed and closed.
 *
 * Hot path but for window_init(). No locks; a window is found by its task's tid and lies in memory that a fork's child does not get.
 */
#ifndef PRELOAD_WINDOW_H
#define PRELOAD_WINDOW_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "decode/event.h"
#include "preload/call.h"
#include "preload/sigsys.h"

/* linux/prctl.h of Linux 5.11. */
#define WINDOW_DISPATCH 59 /* PR_SET_SYSCALL_USER_DISPATCH */
#define WINDOW_DISPATCH_OFF 0
#define WINDOW_DISPATCH_ON 1

enum window_state {
	WINDOW_CLOSED, /* being opened, or closed */
	WINDOW_ARMED,
	WINDOW_IN_SYSCALL,
	WINDOW_PAUSED,
};

struct window {
	_Atomic int32_t tid;    /* owner; 0: free */
	_Atomic uint32_t state; /* enum window_state */
	struct event_head head; /* of the call that it was opened for */
	uint64_t stack;         /* its place on the stack: what it does is below */
	bool is_for_one;        /* closed before the first creation syscall, so that the child finds nothing of it */
	uint64_t mask;          /* the program's, while it is armed */
	bool has_kept;          /* a SIGSYS that the program has blocked, and that must wait */
	siginfo_t kept;
	bool is_in_borrowed_memory;
	struct sigsys_action own_action; /* with is_in_borrowed_memory: of its process */
	uint64_t syscall_stack;          /* IN_SYSCALL: the stack pointer at the system call */
	struct event_path_syscall event;
};

/* Constructor only. False: the shim's own text, where system calls are not trapped, was not found. */
bool window_init(void);

/* The windows of a task: that in a state; the one that `frame` opened or joined; the one whose system call is being made with the
   stack pointer at `stack`. NULL: there is none. */
struct window *window_in_state(int32_t tid, enum window_state state);
struct window *window_of_frame(const struct call_frame *frame);
struct window *window_in_syscall(int32_t tid, uint64_t stack);

/* Opens and arms one for the call of `head`, whose place on the stack is `stack`. Returns NULL; or why there is none. */
const char *window_open(const struct event_head *head, uint64_t stack, bool is_for_one);

/* Closes it, no longer armed. Gives the mask that is the program's, which the caller sees to. */
uint64_t window_close(struct window *window);

/* Whether, as far as it can be known, the call that it was opened for is still under way. */
bool window_is_around(const struct window *window, uint64_t stack);

/* The thread's next system call is trapped, or is not. False: the kernel refuses it. */
bool window_arm(void);
void window_disarm(void);

/* A system call is being made with the stack pointer at `stack`; and behind it, where the program's mask may be another. */
void window_enter_syscall(struct window *window, uint64_t stack);
void window_arm_again(struct window *window);

#endif
