/* family_creation.c: see family_state.h: where a task begins, and another one ends that had its id before. */
#include <stdlib.h>
#include <string.h>

#include "cli/family_state.h"

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
	size_t known = family_find(family, id), at;

	if (known != FAMILY_NOBODY && family->tasks[known].origin != FAMILY_CREATED &&
	    family->tasks[known].born_ns >= since_ns && known != creator)
		return known;
	at = family_add_task(family, id, id, since_ns);
	if (at != FAMILY_NOBODY && known != FAMILY_NOBODY && known != creator &&
	    family->tasks[known].last_ns >= since_ns)
		split(family, known, at, since_ns);
	return at;
}

struct family_task *
family_create(struct family *family, size_t creator, int32_t id, uint64_t since_ns, bool is_thread)
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
	task->inherited = family_program_of(family, family->tasks[creator].pid);
	return task;
}
