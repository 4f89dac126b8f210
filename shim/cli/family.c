/* family.c: see family.h. What is kept grows with the tasks, not with their events. */
#include "cli/family.h"

#include <inttypes.h>
#include <linux/sched.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/family_names.h"
#include "decode/creation.h"
#include "decode/names.h"

#define BUCKETS 65536

/* A libc call that is under way. */
struct open_call {
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
	size_t newest[BUCKETS]; /* by id: the task that has it, before those that had it */
	void *calls;            /* tsearch(3) */
	bool out_of_memory;
};

struct family *
family_new(struct trace_events *events, struct symbolizer *symbolizer)
{
	struct family *family = calloc(1, sizeof(*family));

	if (family == NULL)
		return NULL;
	family->events = events;
	family->symbolizer = symbolizer;
	family->names = family_names_new();
	for (size_t i = 0; i < BUCKETS; i++)
		family->newest[i] = FAMILY_NOBODY;
	if (family->names != NULL)
		return family;
	free(family);
	return NULL;
}

void
family_free(struct family *family)
{
	if (family == NULL)
		return;
	for (size_t i = 0; i < family->count; i++)
		free(family->tasks[i].images);
	free(family->tasks);
	tdestroy(family->calls, free);
	family_names_free(family->names);
	free(family);
}

size_t
family_count(const struct family *family)
{
	return family->count;
}

const struct family_task *
family_task(const struct family *family, size_t index)
{
	return &family->tasks[index];
}

/* The process that a task belongs to: a thread is in that of its creator. */
static const struct family_task *
process_of(const struct family *family, const struct family_task *task)
{
	for (size_t steps = 0; task->is_thread && task->parent != FAMILY_NOBODY && steps < family->count; steps++)
		task = &family->tasks[task->parent];
	return task;
}

/* A child's creation may have been told before its creator's own, as in a vfork inside a vfork: then it has to be looked for. A walk that
   is longer than there are tasks goes in a circle. */
const char *
family_inherited(const struct family *family, size_t index)
{
	const struct family_task *task = &family->tasks[index];

	for (size_t steps = 0; task->inherited == NULL && task->parent != FAMILY_NOBODY && steps < family->count;
	     steps++) {
		uint64_t born_ns = task->born_ns;
		size_t before = 0;

		task = process_of(family, &family->tasks[task->parent]);
		while (before < task->image_count && task->images[before].time_ns < born_ns)
			before++;
		if (before > 0)
			return task->images[before - 1].program;
	}
	return task->inherited;
}

static size_t
find(const struct family *family, int32_t id)
{
	size_t at = family->newest[(uint32_t)id % BUCKETS];

	while (at != FAMILY_NOBODY && family->tasks[at].id != id)
		at = family->tasks[at].older;
	return at;
}

/* FAMILY_NOBODY: out of memory. */
static size_t
add_task(struct family *family, int32_t id, int32_t pid, uint64_t born_ns)
{
	size_t *bucket = &family->newest[(uint32_t)id % BUCKETS];

	if (family->count == family->room) {
		size_t room = family->room != 0 ? family->room * 2 : 64;
		struct family_task *larger = reallocarray(family->tasks, room, sizeof(*larger));

		if (larger == NULL) {
			family->out_of_memory = true;
			return FAMILY_NOBODY;
		}
		family->tasks = larger;
		family->room = room;
	}
	family->tasks[family->count] = (struct family_task){.id = id,
							    .pid = pid,
							    .is_thread = id != pid,
							    .origin = FAMILY_UNKNOWN,
							    .parent = FAMILY_NOBODY,
							    .born_ns = born_ns,
							    .last_ns = born_ns,
							    .older = *bucket};
	*bucket = family->count;
	return family->count++;
}

/* The program that runs in process `pid`. */
static const char *
program_of(const struct family *family, int32_t pid)
{
	size_t at = find(family, pid);
	const struct family_task *task = at != FAMILY_NOBODY ? &family->tasks[at] : NULL;

	if (task == NULL)
		return NULL;
	return task->image_count > 0 ? task->images[task->image_count - 1].program : task->inherited;
}

/* What a task that nobody has been seen to create says of its parent. */
static void
tell_parent(struct family *family, size_t at, int32_t parent)
{
	struct family_task *task = &family->tasks[at];
	size_t found = find(family, parent);

	if (task->origin != FAMILY_UNKNOWN || found == FAMILY_NOBODY || found == at)
		return;
	task->origin = FAMILY_TOLD;
	task->parent = found;
}

/* The task that the event happened in. FAMILY_NOBODY: out of memory. */
static size_t
acting_task(struct family *family, const struct trace_event *event)
{
	const struct event_head *head = trace_event_head(event);
	uint64_t time_ns = trace_event_time(event);
	size_t at = find(family, head->tid);

	if (at == FAMILY_NOBODY || family->tasks[at].pid != head->pid) {
		at = add_task(family, head->tid, head->pid, time_ns);
		if (at != FAMILY_NOBODY && head->tid != head->pid)
			tell_parent(family, at, head->pid);
	}
	if (at == FAMILY_NOBODY)
		return at;
	family->tasks[at].is_active = true;
	if (family->tasks[at].last_ns < time_ns)
		family->tasks[at].last_ns = time_ns;
	return at;
}

static void
add_image(struct family *family, size_t at, const struct event_process *process)
{
	struct family_task *task = &family->tasks[at];
	struct family_image *larger = reallocarray(task->images, task->image_count + 1, sizeof(*larger));

	if (larger == NULL) {
		family->out_of_memory = true;
		return;
	}
	task->images = larger;
	larger[task->image_count++] =
		(struct family_image){.program = family_names_program(family->names, process->exe),
				      .arguments = family_names_arguments(family->names, process),
				      .time_ns = process->time_ns};
}

/* A copy is a process of its own from its first event on: if its id has been seen doing something, that was another one. */
static void
add_copy(struct family *family, const struct trace_event *event)
{
	const struct event_process *process = &event->as.process;
	size_t at = find(family, process->head.pid);

	if (at != FAMILY_NOBODY && family->tasks[at].is_active)
		add_task(family, process->head.pid, process->head.pid, process->time_ns);
	at = acting_task(family, event);
	if (at == FAMILY_NOBODY || family->tasks[at].origin == FAMILY_CREATED)
		return;
	family->tasks[at].inherited = program_of(family, process->copied_from);
	tell_parent(family, at, process->copied_from);
}

static void
add_process(struct family *family, const struct trace_event *event)
{
	size_t at;

	if (event->as.process.kind == PROCESS_COPIED) {
		add_copy(family, event);
		return;
	}
	if (event->as.process.kind != PROCESS_LOADED)
		return;
	at = acting_task(family, event);
	if (at == FAMILY_NOBODY)
		return;
	tell_parent(family, at, event->as.process.ppid);
	add_image(family, at, &event->as.process);
}

static int
compare_numbers(uint64_t left, uint64_t right)
{
	return (left > right) - (left < right);
}

static int
compare_calls(const void *left, const void *right)
{
	const struct open_call *l = left, *r = right;
	int order = compare_numbers(l->memory, r->memory);

	return order != 0 ? order : compare_numbers(l->id, r->id);
}

static struct open_call *
find_call(const struct family *family, uint64_t memory, uint64_t id)
{
	struct open_call key = {.memory = memory, .id = id};
	struct open_call *const *found = id != 0 ? tfind(&key, &family->calls, compare_calls) : NULL;

	return found != NULL ? *found : NULL;
}

static bool
may_create(enum libc_call call)
{
	return libc_call_info(call)->creation == CREATES || libc_call_info(call)->creation == MAY_CREATE;
}

static void
add_call(struct family *family, const struct trace_event *event)
{
	const struct event_call_begin *begin = &event->as.begin;
	struct open_call *call, *const *found;

	if (acting_task(family, event) == FAMILY_NOBODY || !may_create(begin->call))
		return;
	call = malloc(sizeof(*call));
	if (call == NULL) {
		family->out_of_memory = true;
		return;
	}
	*call = (struct open_call){.memory = event->memory,
				   .id = begin->head.call_id,
				   .call = begin->call,
				   .start = family_names_start(family->names, family->symbolizer, event)};
	found = tsearch(call, &family->calls, compare_calls);
	if (found == NULL || *found != call)
		free(call);
}

/* What the id of task `old` did from `since_ns` on, `new` did. */
static void
split(struct family *family, size_t old, size_t new, uint64_t since_ns)
{
	struct family_task *before = &family->tasks[old], *after = &family->tasks[new];
	size_t kept = 0;

	while (kept < before->image_count && before->images[kept].time_ns < since_ns)
		kept++;
	if (kept < before->image_count) {
		after->image_count = before->image_count - kept;
		after->images = calloc(after->image_count, sizeof(*after->images));
		if (after->images == NULL) {
			after->image_count = 0;
			family->out_of_memory = true;
			return;
		}
		memcpy(after->images, before->images + kept, after->image_count * sizeof(*after->images));
		before->image_count = kept;
	}
	if (before->status_known && before->status_ns >= since_ns) {
		after->status_known = true;
		after->status = before->status;
		after->status_ns = before->status_ns;
		before->status_known = false;
	}
	after->is_active = true;
	after->last_ns = before->last_ns;
	before->last_ns = since_ns;
	for (size_t i = 0; i < family->count; i++)
		if (family->tasks[i].parent == old && family->tasks[i].born_ns >= since_ns && i != new)
			family->tasks[i].parent = new;
}

/* The task that a system call made, which began at `since_ns`. */
static size_t
created_task(struct family *family, size_t creator, int32_t id, uint64_t since_ns)
{
	size_t known = find(family, id), at;

	if (known != FAMILY_NOBODY && family->tasks[known].origin != FAMILY_CREATED &&
	    family->tasks[known].born_ns >= since_ns && known != creator)
		return known;
	at = add_task(family, id, id, since_ns);
	if (at != FAMILY_NOBODY && known != FAMILY_NOBODY && known != creator &&
	    family->tasks[known].last_ns >= since_ns)
		split(family, known, at, since_ns);
	return at;
}

static struct family_task *
create(struct family *family, size_t creator, int32_t id, uint64_t since_ns, bool is_thread)
{
	size_t at = created_task(family, creator, id, since_ns);
	struct family_task *task;

	if (at == FAMILY_NOBODY)
		return NULL;
	task = &family->tasks[at];
	task->origin = FAMILY_CREATED;
	task->parent = creator;
	task->born_ns = since_ns;
	task->is_thread = is_thread;
	task->pid = is_thread ? family->tasks[creator].pid : id;
	task->inherited = program_of(family, family->tasks[creator].pid);
	return task;
}

static void
add_syscall(struct family *family, const struct trace_event *event)
{
	const struct event_syscall *syscall = &event->as.syscall;
	size_t creator = acting_task(family, event);
	struct open_call *call = NULL;
	struct creation creation;
	struct family_task *task;
	bool is_known = creation_of_syscall(&creation, syscall);

	if (creator == FAMILY_NOBODY || !syscall->returned || syscall->result <= 0 ||
	    names_creation_syscall(syscall->nr) == NULL)
		return;
	task = create(family, creator, (int32_t)syscall->result, syscall->start_ns,
		      (creation.flags & CLONE_THREAD) != 0);
	if (task == NULL)
		return;
	task->nr = syscall->nr;
	task->flags_known = is_known;
	task->flags = creation.flags;
	task->exit_signal = creation.exit_signal;
	if (syscall->in_helper_thread) {
		task->call_known = true;
		task->call = syscall->helper_of;
		return;
	}
	call = find_call(family, event->memory, syscall->head.call_id);
	task->call_known = call != NULL;
	task->call_lost = call == NULL && syscall->head.call_id != 0;
	if (call == NULL)
		return;
	task->call = call->call;
	task->start = call->start;
	call->created = task->id;
}

static void
set_status(struct family *family, int32_t id, int status, uint64_t time_ns)
{
	size_t at = find(family, id);

	if (at == FAMILY_NOBODY || family->tasks[at].is_thread)
		return;
	family->tasks[at].status_known = true;
	family->tasks[at].status = status;
	family->tasks[at].status_ns = time_ns;
	if (family->tasks[at].last_ns < time_ns)
		family->tasks[at].last_ns = time_ns;
}

/* The call tells of its child, too: its system call may have found no room in the trace, or its begin. */
static void
add_end(struct family *family, const struct trace_event *event)
{
	const struct event_call_end *end = &event->as.end;
	size_t creator = acting_task(family, event), child = end->child != 0 ? find(family, end->child) : FAMILY_NOBODY;
	struct open_call *call = find_call(family, event->memory, end->head.call_id);
	struct family_task *task = NULL;

	if (creator == FAMILY_NOBODY)
		return;
	if (child != FAMILY_NOBODY && family->tasks[child].call_lost && family->tasks[child].parent == creator)
		task = &family->tasks[child];
	else if (call != NULL && end->child != 0 && call->created != end->child && end->begun_pid == 0)
		task = create(family, creator, end->child, end->start_ns, end->child_is_thread);
	if (task != NULL) {
		task->call_known = true;
		task->call_lost = false;
		task->call = end->call;
	}
	if (end->call == CALL_SYSTEM && !end->asked_for_shell && end->child != 0 && end->result_observed &&
	    (int32_t)end->result != -1)
		set_status(family, end->child, (int)end->result, end->start_ns + end->duration_ns);
	if (call != NULL) {
		tdelete(call, &family->calls, compare_calls);
		free(call);
	}
}

bool
family_add(struct family *family, const struct trace_event *event)
{
	switch (event->kind) {
	case CLONESHIM_TRACE_PROCESS:
		add_process(family, event);
		break;
	case CLONESHIM_TRACE_CALL_BEGIN:
		add_call(family, event);
		break;
	case CLONESHIM_TRACE_SYSCALL:
		add_syscall(family, event);
		break;
	case CLONESHIM_TRACE_CALL_END:
		add_end(family, event);
		break;
	case CLONESHIM_TRACE_ENDED:
		if (event->as.ended.status_known)
			set_status(family, event->as.ended.ended, event->as.ended.wait_status, event->as.ended.time_ns);
		break;
	default:
		break;
	}
	return !family->out_of_memory;
}
