/*
 * calls_under_way.h: the libc calls that have begun and not yet ended while a trace is gone through, each with what has been seen of it.
 *
 * A call is known by its process, its id and the memory that it happens in. What is kept of it goes with it: memory is needed for
 * as many calls as are under way at the same time.
 */
#ifndef CLI_CALLS_UNDER_WAY_H
#define CLI_CALLS_UNDER_WAY_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/path_signature.h"
#include "cli/trace_events.h"

#define CALL_NESTED_MAX 4

/* A creation syscall of the call, in the order in which they returned. */
struct call_syscall {
	uint32_t nr;
	bool returned, duration_observed, injected;
	int64_t result;
	uint64_t duration_ns;
};

struct call_under_way {
	struct event_head head;
	enum libc_call call; /* LIBC_CALL_COUNT: its begin is not in the trace */
	uint64_t memory;
	uint64_t slot; /* of the event that told of it first */
	bool begin_seen;
	uint64_t frame_address;      /* with begin_seen */
	struct code_location caller; /* with begin_seen */
	struct call_syscall *syscalls;
	uint32_t syscall_count, syscall_room;
	struct path_element
		*path; /* for those who ask for paths: all its system calls, those of calls inside it included */
	uint32_t path_count, path_room;
	enum libc_call nested[CALL_NESTED_MAX]; /* calls inside of it that made syscalls, each kind once */
	uint32_t nested_count;
	bool has_ended;
	struct event_call_end end; /* with has_ended */
	/* daemon(3) ends twice: in the process that called it, and in the child, where the result is seen. */
	bool has_left_parent, has_ended_in_child;
};

struct calls_under_way;

/* Empty; NULL: out of memory. */
struct calls_under_way *calls_under_way_new(void);
void calls_under_way_free(struct calls_under_way *calls);

/* The call that `head` belongs to, in `memory`; NULL: it is not under way. */
struct call_under_way *calls_under_way_find(struct calls_under_way *calls, const struct event_head *head,
					    uint64_t memory);

/* The call that began in process `pid` with this id, in whatever memory; NULL: none is under way. */
struct call_under_way *calls_under_way_find_begun(struct calls_under_way *calls, int32_t pid, uint64_t call_id);

/* The call of the same task around `call`; NULL: there is none. */
struct call_under_way *calls_under_way_around(struct calls_under_way *calls, const struct call_under_way *call);

/* A call of which nothing is known yet but this; NULL: out of memory. */
struct call_under_way *calls_under_way_add(struct calls_under_way *calls, const struct event_head *head,
					   uint64_t memory, uint64_t slot);

/* False: out of memory. */
bool call_under_way_add_syscall(struct call_under_way *call, const struct event_syscall *syscall);
bool call_under_way_add_element(struct call_under_way *call, const struct path_element *element);

/* What `nested` made belongs to `call`, which is around it. False: out of memory. */
bool call_under_way_take_over(struct call_under_way *call, const struct call_under_way *nested);

void call_under_way_add_nested(struct call_under_way *call, enum libc_call nested);

/* Takes it out, and frees it. */
void calls_under_way_end(struct calls_under_way *calls, struct call_under_way *call);

/* Some call that has been left, as the begin of this one tells (event_call_begin.left_earlier); NULL: there is none (any more). */
struct call_under_way *calls_under_way_left(struct calls_under_way *calls, const struct event_call_begin *begin,
					    uint64_t memory);

/* Some call that is done since process `pid` has become another program; NULL: there is none (any more). */
struct call_under_way *calls_under_way_replaced(struct calls_under_way *calls, int32_t pid);

/* Some call; NULL: none is under way. */
struct call_under_way *calls_under_way_any(struct calls_under_way *calls);

#endif
