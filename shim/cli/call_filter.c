/* call_filter.c: see call_filter.h. What is kept grows with the failed calls, with those that libc's helper threads work for, and with
   the tasks that have calls under way. */
#include "cli/call_filter.h"

#include <search.h>
#include <stdlib.h>

#include "cli/failure.h"

/* A call, wherever it is told of. */
struct call_key {
	uint64_t memory, id;
};

struct open_call {
	uint64_t id;
	uint32_t depth;
	bool is_shown;
};

/* The calls that a task has under way, outermost first. */
struct task {
	uint64_t memory;
	int32_t tid;
	struct open_call *calls;
	size_t count, room;
};

struct call_filter {
	struct call_filter_rule rule;
	struct trace_events *events;
	void *failed; /* trees of struct call_key, tsearch(3) */
	void *shown;  /* of those calls that may have helper threads */
	void *tasks;
};

struct call_filter *
call_filter_new(const struct call_filter_rule *rule, struct trace_events *events)
{
	struct call_filter *filter = calloc(1, sizeof(*filter));

	if (filter != NULL)
		*filter = (struct call_filter){.rule = *rule, .events = events};
	return filter;
}

static void
free_task(void *task)
{
	free(((struct task *)task)->calls);
	free(task);
}

void
call_filter_free(struct call_filter *filter)
{
	if (filter == NULL)
		return;
	tdestroy(filter->failed, free);
	tdestroy(filter->shown, free);
	tdestroy(filter->tasks, free_task);
	free(filter);
}

static int
compare_numbers(uint64_t left, uint64_t right)
{
	return (left > right) - (left < right);
}

static int
compare_keys(const void *left, const void *right)
{
	const struct call_key *l = left, *r = right;
	int order = compare_numbers(l->memory, r->memory);

	return order != 0 ? order : compare_numbers(l->id, r->id);
}

static int
compare_tasks(const void *left, const void *right)
{
	const struct task *l = left, *r = right;
	int order = compare_numbers(l->memory, r->memory);

	return order != 0 ? order : (l->tid > r->tid) - (l->tid < r->tid);
}

/* Events whose process record was lost share no memory that could be told: their process tells them apart. Slots never reach that
   far. */
static uint64_t
memory_of(const struct trace_event *event)
{
	return event->memory != CLONESHIM_TRACE_NOWHERE ? event->memory
							: UINT64_C(1) << 63 | (uint32_t)trace_event_head(event)->pid;
}

/* daemon(3) begins in one process and ends in another, and is one call. Any other end in a copy of the process that began the call is
   that of the copy's own. */
static bool
ends_elsewhere(const struct event_call_end *end)
{
	return end->begun_pid != 0 && end->call == CALL_DAEMON;
}

static struct call_key
key_of(const struct call_filter *filter, const struct trace_event *event)
{
	if (event->kind == CLONESHIM_TRACE_CALL_END && ends_elsewhere(&event->as.end))
		return (struct call_key){trace_events_original(filter->events, event->memory),
					 event->as.end.begun_as_id};
	return (struct call_key){memory_of(event), trace_event_head(event)->call_id};
}

static void
remember(void **keys, struct call_key key)
{
	struct call_key *kept = malloc(sizeof(*kept)), *const * found;

	if (kept == NULL)
		return;
	*kept = key;
	found = tsearch(kept, keys, compare_keys);
	if (found == NULL || *found != kept)
		free(kept);
}

static bool
is_in(void *const *keys, struct call_key key)
{
	return tfind(&key, keys, compare_keys) != NULL;
}

bool
call_filter_needs_learning(const struct call_filter *filter)
{
	return filter->rule.failed;
}

void
call_filter_learn(struct call_filter *filter, const struct trace_event *event)
{
	if (trace_event_head(event)->call_id == 0)
		return;
	if ((event->kind == CLONESHIM_TRACE_CALL_END && failure_of_call(&event->as.end)) ||
	    (event->kind == CLONESHIM_TRACE_SYSCALL && failure_of_syscall(&event->as.syscall)))
		remember(&filter->failed, key_of(filter, event));
}

/* NULL: it has none, or out of memory. `is_new`: makes one. */
static struct task *
task_of(struct call_filter *filter, const struct trace_event *event, bool is_new)
{
	struct task key = {.memory = memory_of(event), .tid = trace_event_head(event)->tid}, *task;
	struct task *const *found = tfind(&key, &filter->tasks, compare_tasks);

	if (found != NULL || !is_new)
		return found != NULL ? *found : NULL;
	task = malloc(sizeof(*task));
	if (task == NULL)
		return NULL;
	*task = key;
	if (tsearch(task, &filter->tasks, compare_tasks) == NULL) {
		free(task);
		return NULL;
	}
	return task;
}

static void
push(struct task *task, struct open_call call)
{
	if (task->count == task->room) {
		size_t room = task->room != 0 ? task->room * 2 : 4;
		struct open_call *larger = reallocarray(task->calls, room, sizeof(*larger));

		if (larger == NULL)
			return;
		task->calls = larger;
		task->room = room;
	}
	task->calls[task->count++] = call;
}

static void
forget_task(struct call_filter *filter, struct task *task)
{
	tdelete(task, &filter->tasks, compare_tasks);
	free_task(task);
}

/* What the event itself tells, but for what its call is and how it ends. */
static bool
is_of_task_and_time(const struct call_filter_rule *rule, const struct trace_event *event)
{
	const struct event_head *head = trace_event_head(event);
	uint64_t time = trace_event_time(event);

	return (rule->pid == 0 || head->pid == rule->pid) && (rule->tid == 0 || head->tid == rule->tid) &&
	       (!rule->by_time || (time >= rule->since_ns && time < rule->until_ns));
}

static bool
shows_begin(struct call_filter *filter, const struct trace_event *event)
{
	const struct event_call_begin *begin = &event->as.begin;
	struct task *task = task_of(filter, event, true);
	struct call_key key = key_of(filter, event);
	struct open_call call = {.id = begin->head.call_id, .depth = begin->head.depth};

	while (task != NULL && task->count > 0 && task->calls[task->count - 1].depth >= call.depth)
		task->count--;
	call.is_shown = (task != NULL && task->count > 0 && task->calls[task->count - 1].is_shown) ||
			(is_of_task_and_time(&filter->rule, event) &&
			 (!filter->rule.by_call || filter->rule.calls[begin->call]) &&
			 (!filter->rule.failed || is_in(&filter->failed, key)));
	if (task != NULL)
		push(task, call);
	if (call.is_shown && libc_call_info(begin->call)->creation == MAY_CREATE)
		remember(&filter->shown, key);
	return call.is_shown;
}

/* The call of the event, in its task; NULL: not known. */
static struct open_call *
open_call_of(struct task *task, uint64_t id)
{
	for (size_t i = task != NULL ? task->count : 0; i-- > 0;)
		if (task->calls[i].id == id)
			return &task->calls[i];
	return NULL;
}

static bool
shows_syscall(struct call_filter *filter, const struct trace_event *event)
{
	const struct event_syscall *syscall = &event->as.syscall;
	const struct open_call *call = NULL;

	if (syscall->in_helper_thread)
		return is_in(&filter->shown, key_of(filter, event));
	if (syscall->head.call_id != 0)
		call = open_call_of(task_of(filter, event, false), syscall->head.call_id);
	if (call != NULL)
		return call->is_shown;
	return is_of_task_and_time(&filter->rule, event) && !filter->rule.by_call &&
	       (!filter->rule.failed || failure_of_syscall(syscall));
}

/* It stands in a call, always. */
static bool
shows_path_syscall(struct call_filter *filter, const struct trace_event *event)
{
	const struct open_call *call = open_call_of(task_of(filter, event, false), event->as.path_syscall.head.call_id);

	return call != NULL
		       ? call->is_shown
		       : is_of_task_and_time(&filter->rule, event) && !filter->rule.by_call && !filter->rule.failed;
}

static struct task *
task_of_begin(struct call_filter *filter, const struct trace_event *event, uint64_t *id)
{
	const struct event_call_end *end = &event->as.end;
	struct trace_event there = *event;

	*id = end->head.call_id;
	if (!ends_elsewhere(end))
		return task_of(filter, event, false);
	*id = end->begun_as_id;
	there.memory = trace_events_original(filter->events, event->memory);
	there.as.end.head.pid = end->begun_pid;
	there.as.end.head.tid = end->begun_pid;
	return task_of(filter, &there, false);
}

static bool
shows_end(struct call_filter *filter, const struct trace_event *event)
{
	const struct event_call_end *end = &event->as.end;
	uint64_t id;
	struct task *task = task_of_begin(filter, event, &id);
	const struct open_call *call = open_call_of(task, id);
	bool is_shown;

	if (call == NULL)
		return is_of_task_and_time(&filter->rule, event) &&
		       (!filter->rule.by_call || filter->rule.calls[end->call]) &&
		       (!filter->rule.failed || is_in(&filter->failed, key_of(filter, event)));
	is_shown = call->is_shown;
	if (!end->result_observed && end->unreturned == UNRETURNED_IN_CHILD)
		return is_shown;
	task->count = (size_t)(call - task->calls);
	if (task->count == 0)
		forget_task(filter, task);
	return is_shown;
}

bool
call_filter_shows(struct call_filter *filter, const struct trace_event *event)
{
	switch (event->kind) {
	case CLONESHIM_TRACE_CALL_BEGIN:
		return shows_begin(filter, event);
	case CLONESHIM_TRACE_SYSCALL:
		return shows_syscall(filter, event);
	case CLONESHIM_TRACE_PATH_SYSCALL:
		return shows_path_syscall(filter, event);
	case CLONESHIM_TRACE_CALL_END:
		return shows_end(filter, event);
	case CLONESHIM_TRACE_PROCESS:
		return !filter->rule.by_call && !filter->rule.failed && is_of_task_and_time(&filter->rule, event);
	default:
		return true;
	}
}
