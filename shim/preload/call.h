/*
 * call.h: a libc call, from its interposer's entry to its return.
 *
 * The interposer keeps a call_frame on its own stack; the probe finds it there and leaves what it observed. Hot path.
 */
#ifndef PRELOAD_CALL_H
#define PRELOAD_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "decode/event.h"

struct call_frame {
	struct call_frame *outer; /* the frame that was the task's innermost before */
	bool is_pushed;           /* the task's entry knows of this frame, or of one that it holds */
	bool owns_entry;          /* this frame claimed the task's entry and gives it back */
	bool left_earlier;        /* the frame that was there before is none of a call that is still open */
	bool made_by_libc;        /* libc's own code made this call, as a part of the one around it */
	enum libc_call call;
	struct event_head head;
	uint64_t start_ns;
	struct stack_request stack;
	int32_t begun_pid; /* the frame is a copy in a child: whose call it was, and under which id; 0: it is not */
	uint64_t begun_as_id;
	bool asked_for_shell; /* system(NULL) */

	/* set by dispatch.h */
	uint64_t window; /* the id of the call whose window this one's system calls are trapped in; 0: none */
	bool joins_window;
	const char *window_missing; /* why there is none, or none to the end; NULL: nothing to say */

	/* left by the probe */
	bool syscall_observed;
	bool child_is_thread;
	int32_t child;
	struct stack_actual child_stack;
};

/* What an interposer knows when it is entered. */
struct call_entry {
	enum libc_call call;
	const uint64_t *args; /* LIBC_CALL_MAX_ARGS of them */
	const void *caller;   /* return address */
};

/* Opens the frame and emits call-begin. Keeps errno. */
void call_begin(struct call_frame *frame, const struct call_entry *entry);

/* Emits call-end and closes the frame. `result` is what libc returned. Keeps errno. */
void call_end(struct call_frame *frame, int64_t result);

/* In the child that fork or _Fork returned 0 in: closes the frame without an event of its own; the process event tells. */
void call_end_in_child(struct call_frame *frame);

/* The same for a call that cannot have a frame, because it leaves by a jump: opens it in memory that outlives the jump. `stack` is
   the stack pointer that the call is left with. */
void call_announce(struct call_frame *frame, const struct call_entry *entry, uint64_t stack);
void call_end_unreturned(struct call_frame *frame);

/* `frame` has made its task. The process that called daemon(3) ends inside it, so this is the last of the call here. */
void call_end_for_parent(struct call_frame *frame);

/* The call frame around a syscall that task `tid` makes with the stack pointer at `stack`: the task's innermost, if it lies on
   this very stack above the stack pointer; NULL: there is none, the syscall is an orphan. */
struct call_frame *call_around(int32_t tid, uint64_t stack);

/* The call that `frame` is a part of: libc made it on the way, as glibc before 2.34 calls clone in pthread_create. NULL: the
   program made it. What a signal handler calls meanwhile is nobody's part. */
struct call_frame *call_cause(const struct call_frame *frame);

/* How deep `frame` and what is around it are nested; for the syscalls inside it. NULL: 0. */
uint32_t call_depth(const struct call_frame *frame);

#endif
