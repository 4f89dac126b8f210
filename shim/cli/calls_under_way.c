/* calls_under_way.c: see calls_under_way.h. Found by their process. */
#include "cli/calls_under_way.h"

#include <stdlib.h>
#include <sys/queue.h>

#define BUCKETS 4096

/* The call is first in its entry, so that one leads to the other. */
struct entry {
	struct call_under_way call;
	LIST_ENTRY(entry) next;
};

LIST_HEAD(bucket, entry);

struct calls_under_way {
	struct bucket buckets[BUCKETS];
	uint32_t first_used; /* no bucket before this one holds anything */
};

struct calls_under_way *
calls_under_way_new(void)
{
	return calloc(1, sizeof(struct calls_under_way));
}

void
calls_under_way_free(struct calls_under_way *calls)
{
	struct call_under_way *call;

	if (calls == NULL)
		return;
	while ((call = calls_under_way_any(calls)) != NULL)
		calls_under_way_end(calls, call);
	free(calls);
}

/* By the task, which most questions are about. */
static uint32_t
bucket_number(int32_t tid)
{
	return (uint32_t)tid % BUCKETS;
}

struct call_under_way *
calls_under_way_find(struct calls_under_way *calls, const struct event_head *head, uint64_t memory)
{
	struct entry *entry;

	LIST_FOREACH(entry, &calls->buckets[bucket_number(head->tid)], next)
	if (entry->call.head.call_id == head->call_id && entry->call.head.pid == head->pid &&
	    entry->call.memory == memory)
		return &entry->call;
	return NULL;
}

struct call_under_way *
calls_under_way_find_begun(struct calls_under_way *calls, int32_t pid, uint64_t call_id)
{
	struct entry *entry;

	for (uint32_t i = 0; i < BUCKETS; i++)
		LIST_FOREACH(entry, &calls->buckets[i], next)
	if (entry->call.head.call_id == call_id && entry->call.head.pid == pid)
		return &entry->call;
	return NULL;
}

struct call_under_way *
calls_under_way_around(struct calls_under_way *calls, const struct call_under_way *call)
{
	struct entry *entry;

	LIST_FOREACH(entry, &calls->buckets[bucket_number(call->head.tid)], next)
	if (entry->call.head.tid == call->head.tid && entry->call.head.pid == call->head.pid &&
	    entry->call.memory == call->memory && entry->call.head.depth + 1 == call->head.depth &&
	    entry->call.begin_seen)
		return &entry->call;
	return NULL;
}

struct call_under_way *
calls_under_way_add(struct calls_under_way *calls, const struct event_head *head, uint64_t memory, uint64_t slot)
{
	struct entry *entry = calloc(1, sizeof(*entry));
	uint32_t number = bucket_number(head->tid);

	if (entry == NULL)
		return NULL;
	entry->call = (struct call_under_way){.head = *head, .call = LIBC_CALL_COUNT, .memory = memory, .slot = slot};
	LIST_INSERT_HEAD(&calls->buckets[number], entry, next);
	if (number < calls->first_used)
		calls->first_used = number;
	return &entry->call;
}

static bool
add_syscall(struct call_under_way *call, const struct call_syscall *syscall)
{
	if (call->syscall_count == call->syscall_room) {
		uint32_t room = call->syscall_room != 0 ? call->syscall_room * 2 : 2;
		struct call_syscall *larger = reallocarray(call->syscalls, room, sizeof(*larger));

		if (larger == NULL)
			return false;
		call->syscalls = larger;
		call->syscall_room = room;
	}
	call->syscalls[call->syscall_count++] = *syscall;
	return true;
}

bool
call_under_way_add_syscall(struct call_under_way *call, const struct event_syscall *syscall)
{
	const struct call_syscall kept = {.nr = syscall->nr,
					  .returned = syscall->returned,
					  .duration_observed = syscall->duration_observed,
					  .injected = syscall->injected,
					  .result = syscall->result,
					  .duration_ns = syscall->duration_ns};

	return add_syscall(call, &kept);
}

bool
call_under_way_add_element(struct call_under_way *call, const struct path_element *element)
{
	if (call->path_count == call->path_room) {
		uint32_t room = call->path_room != 0 ? call->path_room * 2 : 4;
		struct path_element *larger = reallocarray(call->path, room, sizeof(*larger));

		if (larger == NULL)
			return false;
		call->path = larger;
		call->path_room = room;
	}
	call->path[call->path_count++] = *element;
	return true;
}

bool
call_under_way_take_over(struct call_under_way *call, const struct call_under_way *nested)
{
	for (uint32_t i = 0; i < nested->syscall_count; i++)
		if (!add_syscall(call, &nested->syscalls[i]))
			return false;
	for (uint32_t i = 0; i < nested->path_count; i++) {
		struct path_element element = nested->path[i];

		if (element.within == LIBC_CALL_COUNT)
			element.within = nested->call;
		if (!call_under_way_add_element(call, &element))
			return false;
	}
	return true;
}

void
call_under_way_add_nested(struct call_under_way *call, enum libc_call nested)
{
	for (uint32_t i = 0; i < call->nested_count; i++)
		if (call->nested[i] == nested)
			return;
	if (call->nested_count < CALL_NESTED_MAX)
		call->nested[call->nested_count++] = nested;
}

void
calls_under_way_end(struct calls_under_way *calls, struct call_under_way *call)
{
	struct entry *entry = (struct entry *)call;

	(void)calls;
	LIST_REMOVE(entry, next);
	free(entry->call.syscalls);
	free(entry->call.path);
	free(entry);
}

struct call_under_way *
calls_under_way_left(struct calls_under_way *calls, const struct event_call_begin *begin, uint64_t memory)
{
	struct entry *entry;

	if (!begin->left_earlier)
		return NULL;
	LIST_FOREACH(entry, &calls->buckets[bucket_number(begin->head.tid)], next)
	if (entry->call.begin_seen && entry->call.head.tid == begin->head.tid &&
	    entry->call.head.pid == begin->head.pid && entry->call.memory == memory &&
	    entry->call.head.call_id != begin->head.call_id && entry->call.frame_address <= begin->frame_address)
		return &entry->call;
	return NULL;
}

/* An exec by a thread that is not the leader is not found, and stays until all is over: that makes no difference but in memory. */
struct call_under_way *
calls_under_way_replaced(struct calls_under_way *calls, int32_t pid)
{
	struct entry *entry;

	LIST_FOREACH(entry, &calls->buckets[bucket_number(pid)], next)
	if (entry->call.head.pid == pid && entry->call.call != LIBC_CALL_COUNT &&
	    libc_call_info(entry->call.call)->creation == REPLACES)
		return &entry->call;
	return NULL;
}

struct call_under_way *
calls_under_way_any(struct calls_under_way *calls)
{
	for (; calls->first_used < BUCKETS; calls->first_used++)
		if (!LIST_EMPTY(&calls->buckets[calls->first_used]))
			return &LIST_FIRST(&calls->buckets[calls->first_used])->call;
	return NULL;
}
