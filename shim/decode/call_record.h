/*
 * call_record.h: what is kept of a libc call from its begin to its end, for formats that tell of a call as a whole.
 *
 * A pool of records in memory that the kernel wipes in a fork's child, as task.c's is: the child has none of its parent's calls
 * under way. A record belongs to a task, known by its tid, and is found by the call's id. It is claimed and taken by one
 * compare-and-swap; while it is taken, or not yet filled, nobody else finds it: a signal handler that comes in then has to do
 * without.
 *
 * Hot path after call_record_init(); no locks, no allocation.
 */
#ifndef DECODE_CALL_RECORD_H
#define DECODE_CALL_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decode/event.h"

#define CALL_RECORD_TEXT 4096 /* bytes for whoever keeps the record */

struct call_record {
	struct event_head head;
	enum libc_call call;
	uint64_t time_ns;       /* when the call was made */
	int32_t child;          /* the task that it made; 0: none up to now */
	uint32_t syscall_count; /* syscalls that were observed in it */
	int32_t apart_count;    /* those of them that are not in the text; negative: not known */
	uint32_t asked_end, syscalls_start, syscalls_end; /* places in the text */
	char text[CALL_RECORD_TEXT + 16];                 /* the rest is room for a cut mark, decode/out.h */
};

typedef void call_record_visitor(struct call_record *record);

/* Maps the pool. Constructor only. Returns 0 or -errno; every claim then fails. */
int call_record_init(void);

/* A free record for task `tid`, which nobody else finds; NULL: there is none. Also for a moment's use as memory. `stack` is the
   frame_address of the call, or where the stack is at the moment. */
struct call_record *call_record_claim(int32_t tid, uint64_t stack);

/* The record's head and call are set: from now on it can be taken. */
void call_record_open(struct call_record *record);

/* Takes the record of call `call_id` of task `tid`; NULL: there is none, or somebody has it. */
struct call_record *call_record_take(int32_t tid, uint64_t call_id);
void call_record_put_back(struct call_record *record);

/* Gives a claimed or taken record back to the pool. */
void call_record_release(struct call_record *record);

/*
 * Calls that will not end any more. Each is taken, visited, and released; those that replace the program (exec) are not visited, since
 * not to end is their way. A record that was in somebody's hands when it was abandoned is of no use: it counts as lost.
 *
 * _left:    those of task `tid` that lie at or below `stack` on the running stack, where it makes its next call: left by longjmp(3)
 * _ended:   all those of task `tid`, a child of vfork, which has left our memory
 * _gone:    those of tasks that do not exist any more; and all execs, as a last resort: who needs room asks for this
 * _pending: all there are, by the destructor in task `tid`. Their owners may still end them: a record stays taken, and its call is
 *           told no more.
 */
void call_record_drop_left(int32_t tid, uint64_t stack, call_record_visitor *visit);
void call_record_drop_ended(int32_t tid, call_record_visitor *visit);
void call_record_drop_gone(int32_t tid, call_record_visitor *visit);
void call_record_drop_pending(int32_t tid, call_record_visitor *visit);

/* Whether the call was visited by call_record_drop_pending(). */
bool call_record_was_pending(int32_t tid, uint64_t call_id);

#endif
