/*
 * helpers.h: the threads that libc keeps for a call: SIGEV_THREAD timers, asynchronous I/O, name look-ups.
 *
 * They make more threads later, in nobody's call: those belong to the call that the helper was made for. A helper is known by its
 * tid and its stack, both as the kernel got them, so that a later thread with the same number is not taken for it.
 * Lies in the pages that a fork wipes, as it must: a copy has none of these threads. Hot path; no locks.
 */
#ifndef PRELOAD_HELPERS_H
#define PRELOAD_HELPERS_H

#include <stdbool.h>
#include <stdint.h>

#include "decode/event.h"

#define HELPERS_MAX 64 /* the oldest is forgotten first */

#define HELPER_STARTING (-1)

struct helper {
	_Atomic int32_t tid; /* 0: free, or being written; HELPER_STARTING: known by its stack only */
	enum libc_call call;
	uint64_t call_id;
	uint64_t stack, stack_end;
};

/* Remembers a task that is about to be made on `stack` for the call `call_id`: before the syscall, since it may make threads itself
   before its creator is told its id. */
struct helper *helpers_add(const struct stack_actual *stack, enum libc_call call, uint64_t call_id);

/* The syscall's result; NULL is no helper. */
void helpers_confirm(struct helper *helper, int64_t result);

/* If task `tid`, with the stack pointer at `stack`, is a helper: fills in the event's call and returns true. */
bool helpers_find(int32_t tid, uint64_t stack, struct event_syscall *event);

/* Whether the threads that libc makes inside `call` are helpers. */
bool helpers_are_made_for(enum libc_call call);

/* Whether a helper of `call` makes further helpers, rather than threads that run the program's own function. */
bool helpers_make_helpers(enum libc_call call);

#endif
