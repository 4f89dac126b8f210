/* family_calls.c: see family_state.h: the libc calls that are under way and may create a task. */
#include <search.h>
#include <stdlib.h>

#include "cli/family_state.h"

static int
compare_numbers(uint64_t left, uint64_t right)
{
	return (left > right) - (left < right);
}

static int
compare_calls(const void *left, const void *right)
{
	const struct family_call *l = left, *r = right;
	int order = compare_numbers(l->memory, r->memory);

	return order != 0 ? order : compare_numbers(l->id, r->id);
}

struct family_call *
family_find_call(const struct family *family, uint64_t memory, uint64_t id)
{
	struct family_call key = {.memory = memory, .id = id};
	struct family_call *const *found = id != 0 ? tfind(&key, &family->calls, compare_calls) : NULL;

	return found != NULL ? *found : NULL;
}

static bool
may_create(enum libc_call call)
{
	return libc_call_info(call)->creation == CREATES || libc_call_info(call)->creation == MAY_CREATE;
}

void
family_begin_call(struct family *family, const struct trace_event *event)
{
	const struct event_call_begin *begin = &event->as.begin;
	struct family_call *call, *const *found;

	if (family_acting_task(family, event) == FAMILY_NOBODY || !may_create(begin->call))
		return;
	call = malloc(sizeof(*call));
	if (call == NULL) {
		family->out_of_memory = true;
		return;
	}
	*call = (struct family_call){.memory = event->memory,
				     .id = begin->head.call_id,
				     .call = begin->call,
				     .start = family_names_start(family->names, family->symbolizer, event)};
	found = tsearch(call, &family->calls, compare_calls);
	if (found == NULL || *found != call)
		free(call);
}

void
family_end_call(struct family *family, struct family_call *call)
{
	if (call == NULL)
		return;
	tdelete(call, &family->calls, compare_calls);
	free(call);
}

void
family_forget_calls(struct family *family)
{
	tdestroy(family->calls, free);
}
