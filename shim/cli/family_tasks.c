/* family_tasks.c: see family_state.h: the tasks, found by their ids, and what is known of each. */
#include <stdlib.h>

#include "cli/family_state.h"

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

size_t
family_find(const struct family *family, int32_t id)
{
	size_t at = family->newest[(uint32_t)id % FAMILY_BUCKETS];

	while (at != FAMILY_NOBODY && family->tasks[at].id != id)
		at = family->tasks[at].older;
	return at;
}

size_t
family_add_task(struct family *family, int32_t id, int32_t pid, uint64_t born_ns)
{
	size_t *bucket = &family->newest[(uint32_t)id % FAMILY_BUCKETS];

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

const char *
family_program_of(const struct family *family, int32_t pid)
{
	size_t at = family_find(family, pid);
	const struct family_task *task = at != FAMILY_NOBODY ? &family->tasks[at] : NULL;

	if (task == NULL)
		return NULL;
	return task->image_count > 0 ? task->images[task->image_count - 1].program : task->inherited;
}

void
family_tell_parent(struct family *family, size_t at, int32_t parent)
{
	struct family_task *task = &family->tasks[at];
	size_t found = family_find(family, parent);

	if (task->origin != FAMILY_UNKNOWN || found == FAMILY_NOBODY || found == at)
		return;
	task->origin = FAMILY_TOLD;
	task->parent = found;
}

size_t
family_acting_task(struct family *family, const struct trace_event *event)
{
	const struct event_head *head = trace_event_head(event);
	uint64_t time_ns = trace_event_time(event);
	size_t at = family_find(family, head->tid);

	if (at == FAMILY_NOBODY || family->tasks[at].pid != head->pid) {
		at = family_add_task(family, head->tid, head->pid, time_ns);
		if (at != FAMILY_NOBODY && head->tid != head->pid)
			family_tell_parent(family, at, head->pid);
	}
	if (at == FAMILY_NOBODY)
		return at;
	family->tasks[at].is_active = true;
	if (family->tasks[at].last_ns < time_ns)
		family->tasks[at].last_ns = time_ns;
	return at;
}

void
family_set_status(struct family *family, int32_t id, int status, uint64_t time_ns)
{
	size_t at = family_find(family, id);

	if (at == FAMILY_NOBODY || family->tasks[at].is_thread)
		return;
	family->tasks[at].status_known = true;
	family->tasks[at].status = status;
	family->tasks[at].status_ns = time_ns;
	if (family->tasks[at].last_ns < time_ns)
		family->tasks[at].last_ns = time_ns;
}
