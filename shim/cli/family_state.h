/*
 * family_state.h: a family while its events are taken in.
 *
 * family.c takes the events, family_tasks.c has the tasks by their ids, family_creation.c begins a task where a system call made one,
 * family_calls.c has the libc calls that are under way. What is kept grows with the tasks, not with their events.
 */
#ifndef CLI_FAMILY_STATE_H
#define CLI_FAMILY_STATE_H

#include "cli/family.h"
#include "cli/family_names.h"

#define FAMILY_BUCKETS 65536

/* A libc call that is under way. */
struct family_call {
	uint64_t memory, id;
	enum libc_call call;
	const char *start;
	int32_t created; /* the task that it made, up to now; 0: none */
};

struct family {
	struct trace_events *events;
	struct symbolizer *symbolizer;
	struct family_names *names;
	struct family_task *tasks;
	size_t count, room;
	size_t newest[FAMILY_BUCKETS]; /* by id: the task that has it, before those that had it */
	void *calls;                   /* tsearch(3) */
	bool out_of_memory;
};

/* The task that has this id at present; FAMILY_NOBODY: none is known. */
size_t family_find(const struct family *family, int32_t id);

/* FAMILY_NOBODY: out of memory. */
size_t family_add_task(struct family *family, int32_t id, int32_t pid, uint64_t born_ns);

/* The program that runs in process `pid`; NULL: not known. */
const char *family_program_of(const struct family *family, int32_t pid);

/* What a task that nobody has been seen to create says of its parent. */
void family_tell_parent(struct family *family, size_t at, int32_t parent);

/* The task that the event happened in. FAMILY_NOBODY: out of memory. */
size_t family_acting_task(struct family *family, const struct trace_event *event);

void family_set_status(struct family *family, int32_t id, int status, uint64_t time_ns);

/* The task `id` that `creator` made by a system call, or a call, which began at `since_ns`. NULL: out of memory. */
struct family_task *family_create(struct family *family, size_t creator, int32_t id, uint64_t since_ns, bool is_thread);

/* Keeps the call, if it may create a task. */
void family_begin_call(struct family *family, const struct trace_event *event);

/* NULL: it is not under way, or not one that may create a task. */
struct family_call *family_find_call(const struct family *family, uint64_t memory, uint64_t id);

/* Forgets the call; NULL: nothing is to be forgotten. */
void family_end_call(struct family *family, struct family_call *call);

void family_forget_calls(struct family *family);

#endif
