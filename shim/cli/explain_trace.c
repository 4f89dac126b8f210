/*
 * explain_trace.c: gathers the creations of a trace by what they ask for. Kept are the calls that are under way, and one entry for each
 * different request: neither grows with the trace.
 */
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>

#include "cli/explain.h"
#include "cli/trace_events.h"
#include "decode/names.h"

/* A libc call under way, in a tree of tsearch(3). */
struct open_call {
	uint64_t memory, call_id;
	enum libc_call call;
};

struct gathering {
	struct explanation *explanation;
	void *open_calls;
	bool out_of_memory;
};

static int
compare(const void *left, const void *right)
{
	const struct open_call *l = left, *r = right;

	if (l->memory != r->memory)
		return l->memory < r->memory ? -1 : 1;
	return (l->call_id > r->call_id) - (l->call_id < r->call_id);
}

static void
open_call(struct gathering *gathering, uint64_t memory, const struct event_call_begin *begin)
{
	struct open_call *call = malloc(sizeof(*call));
	struct open_call **found;

	if (call == NULL) {
		gathering->out_of_memory = true;
		return;
	}
	*call = (struct open_call){memory, begin->head.call_id, begin->call};
	found = tsearch(call, &gathering->open_calls, compare);
	if (found == NULL || *found != call)
		free(call);
	gathering->out_of_memory |= found == NULL;
}

static void
close_call(struct gathering *gathering, uint64_t memory, const struct event_call_end *end)
{
	struct open_call key = {.memory = memory, .call_id = end->head.call_id}, *call;
	struct open_call **found = tfind(&key, &gathering->open_calls, compare);

	if (found == NULL)
		return;
	call = *found;
	tdelete(call, &gathering->open_calls, compare);
	free(call);
}

static size_t
caller_of(const struct gathering *gathering, uint64_t memory, const struct event_syscall *syscall)
{
	struct open_call key = {.memory = memory, .call_id = syscall->head.call_id};
	struct open_call **found;

	if (syscall->in_helper_thread)
		return syscall->helper_of;
	if (syscall->head.call_id == 0)
		return EXPLAIN_NO_CALL;
	found = tfind(&key, &gathering->open_calls, compare);
	return found != NULL ? (size_t)(*found)->call : EXPLAIN_CALL_UNKNOWN;
}

/* A stack or none makes a difference where memory is shared; which stack does not. */
static bool
asks_the_same(const struct explain_combination *combination, const char *syscall, bool flags_known,
	      const struct creation *creation)
{
	return combination->syscall == syscall && combination->flags_known == flags_known &&
	       combination->creation.flags == creation->flags &&
	       combination->creation.exit_signal == creation->exit_signal &&
	       (combination->creation.stack == 0) == (creation->stack == 0);
}

static struct explain_combination *
find(struct gathering *gathering, const struct event_syscall *event)
{
	struct explanation *explanation = gathering->explanation;
	const char *syscall = names_creation_syscall(event->nr);
	struct explain_combination *combination;
	struct creation creation;
	bool flags_known = creation_of_syscall(&creation, event);

	for (size_t i = 0; i < explanation->count; i++)
		if (asks_the_same(&explanation->combinations[i], syscall, flags_known, &creation))
			return &explanation->combinations[i];
	combination = explanation_add(explanation);
	if (combination == NULL)
		return NULL;
	combination->creation = creation;
	combination->syscall = syscall;
	combination->by = event->nr == SYS_clone3 ? CLONE_BY_CLONE3 : event->nr == SYS_clone ? CLONE_BY_CLONE : 0;
	combination->flags_known = flags_known;
	combination->stack_known = flags_known;
	return combination;
}

static void
gather_syscall(struct gathering *gathering, const struct trace_event *event)
{
	const struct event_syscall *syscall = &event->as.syscall;
	struct explain_combination *combination;

	if (names_creation_syscall(syscall->nr) == NULL)
		return;
	combination = find(gathering, syscall);
	if (combination == NULL) {
		gathering->out_of_memory = true;
		return;
	}
	combination->count++;
	combination->injected += syscall->injected;
	combination->callers[caller_of(gathering, event->memory, syscall)]++;
	if (!syscall->returned)
		combination->unreturned++;
	else if (syscall->result >= 0)
		combination->created++;
	else if (!explain_count_error(combination, (int)-syscall->result))
		gathering->out_of_memory = true;
}

static void
gather(struct gathering *gathering, struct trace_events *events)
{
	struct trace_event event;

	while (!gathering->out_of_memory && trace_events_next(events, &event))
		if (event.kind == CLONESHIM_TRACE_CALL_BEGIN)
			open_call(gathering, event.memory, &event.as.begin);
		else if (event.kind == CLONESHIM_TRACE_SYSCALL)
			gather_syscall(gathering, &event);
		else if (event.kind == CLONESHIM_TRACE_CALL_END)
			close_call(gathering, event.memory, &event.as.end);
}

bool
explain_read_trace(struct explanation *explanation, const char *path, char *why, size_t size)
{
	struct gathering gathering = {.explanation = explanation};
	struct trace_events *events = trace_events_open(path, why, size);

	if (events == NULL)
		return false;
	explanation->is_trace = true;
	gather(&gathering, events);
	trace_events_damage(events, &explanation->damage);
	tdestroy(gathering.open_calls, free);
	trace_events_close(events);
	if (gathering.out_of_memory)
		snprintf(why, size, "out of memory");
	return !gathering.out_of_memory;
}
