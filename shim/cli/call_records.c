/* call_records.c: see call_records.h and decode/call_record.h. Records are allocated, and found by their task's id. */
#include "cli/call_records.h"

#include <stdlib.h>
#include <sys/queue.h>

#include "decode/call_record.h"

#define BUCKETS 1024

/* A record is first in its entry, so that one leads to the other. */
struct entry {
	struct call_record record;
	uint64_t memory, stack;
	int32_t tid;
	bool is_open, is_told;
	LIST_ENTRY(entry) next;
};

static LIST_HEAD(bucket, entry) buckets[BUCKETS];
static uint64_t present_memory;
static bool present_left_earlier;

void
call_records_enter(uint64_t memory, bool left_earlier)
{
	present_memory = memory;
	present_left_earlier = left_earlier;
}

static struct bucket *
bucket_of(int32_t tid)
{
	return &buckets[(uint32_t)tid % BUCKETS];
}

static bool
replaces_program(const struct entry *entry)
{
	return libc_call_info(entry->record.call)->creation == REPLACES;
}

int
call_record_init(void)
{
	return 0;
}

struct call_record *
call_record_claim(int32_t tid, uint64_t stack)
{
	struct entry *entry = calloc(1, sizeof(*entry));

	if (entry == NULL)
		return NULL;
	entry->memory = present_memory;
	entry->stack = stack;
	entry->tid = tid;
	LIST_INSERT_HEAD(bucket_of(tid), entry, next);
	return &entry->record;
}

void
call_record_open(struct call_record *record)
{
	((struct entry *)record)->is_open = true;
}

static struct entry *
find(int32_t tid, uint64_t call_id, bool is_told)
{
	struct entry *entry;

	LIST_FOREACH(entry, bucket_of(tid), next)
	if (entry->is_open && entry->is_told == is_told && entry->tid == tid && entry->memory == present_memory &&
	    entry->record.head.call_id == call_id)
		return entry;
	return NULL;
}

struct call_record *
call_record_take(int32_t tid, uint64_t call_id)
{
	struct entry *entry = find(tid, call_id, false);

	return entry != NULL ? &entry->record : NULL;
}

void
call_record_put_back(struct call_record *record)
{
	(void)record;
}

static void
release(struct entry *entry)
{
	LIST_REMOVE(entry, next);
	free(entry);
}

void
call_record_release(struct call_record *record)
{
	release((struct entry *)record);
}

/* Ends the calls of task `tid` in the present memory that lie at or below `stack`. */
static void
drop_below(int32_t tid, uint64_t stack, call_record_visitor *visit)
{
	struct entry *entry = LIST_FIRST(bucket_of(tid));

	while (entry != NULL) {
		struct entry *next = LIST_NEXT(entry, next);

		if (entry->tid == tid && entry->is_open && entry->memory == present_memory && entry->stack <= stack) {
			if (!entry->is_told && !replaces_program(entry))
				visit(&entry->record);
			release(entry);
		}
		entry = next;
	}
}

void
call_record_drop_left(int32_t tid, uint64_t stack, call_record_visitor *visit)
{
	if (present_left_earlier)
		drop_below(tid, stack, visit);
}

void
call_record_drop_ended(int32_t tid, call_record_visitor *visit)
{
	drop_below(tid, UINT64_MAX, visit);
}

/* There is always room. */
void
call_record_drop_gone(int32_t tid, call_record_visitor *visit)
{
	(void)tid;
	(void)visit;
}

void
call_record_drop_pending(int32_t tid, call_record_visitor *visit)
{
	struct entry *entry;

	(void)tid;
	for (size_t i = 0; i < BUCKETS; i++)
		LIST_FOREACH(entry, &buckets[i], next)
	if (entry->is_open && !entry->is_told && entry->memory == present_memory) {
		if (!replaces_program(entry))
			visit(&entry->record);
		entry->is_told = true;
	}
}

bool
call_record_was_pending(int32_t tid, uint64_t call_id)
{
	struct entry *entry = find(tid, call_id, true);

	if (entry == NULL)
		return false;
	release(entry);
	return true;
}

void
call_records_replaced(int32_t pid)
{
	struct entry *entry = LIST_FIRST(bucket_of(pid));

	while (entry != NULL) {
		struct entry *next = LIST_NEXT(entry, next);

		if (entry->tid == pid && replaces_program(entry))
			release(entry);
		entry = next;
	}
}

bool
call_records_any(uint64_t *memory)
{
	struct entry *entry;

	for (size_t i = 0; i < BUCKETS; i++)
		LIST_FOREACH(entry, &buckets[i], next)
	if (!entry->is_told) {
		*memory = entry->memory;
		return true;
	}
	return false;
}

void
call_records_clear(void)
{
	for (size_t i = 0; i < BUCKETS; i++)
		while (!LIST_EMPTY(&buckets[i]))
			release(LIST_FIRST(&buckets[i]));
}
