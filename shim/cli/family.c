/* family.c: see family.h: takes the events in, one after the other. */
#include "cli/family.h"

#include <linux/sched.h>
#include <stdlib.h>

#include "cli/family_state.h"
#include "decode/creation.h"
#include "decode/names.h"

struct family *
family_new(struct trace_events *events, struct symbolizer *symbolizer)
{
	struct family *family = calloc(1, sizeof(*family));

	if (family == NULL)
		return NULL;
	family->events = events;
	family->symbolizer = symbolizer;
	family->names = family_names_new();
	for (size_t i = 0; i < FAMILY_BUCKETS; i++)
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
	family_forget_calls(family);
	family_names_free(family->names);
	free(family);
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
	size_t at = family_find(family, process->head.pid);

	if (at != FAMILY_NOBODY && family->tasks[at].is_active)
		family_add_task(family, process->head.pid, process->head.pid, process->time_ns);
	at = family_acting_task(family, event);
	if (at == FAMILY_NOBODY || family->tasks[at].origin == FAMILY_CREATED)
		return;
	family->tasks[at].inherited = family_program_of(family, process->copied_from);
	family_tell_parent(family, at, process->copied_from);
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
	at = family_acting_task(family, event);
	if (at == FAMILY_NOBODY)
		return;
	family_tell_parent(family, at, event->as.process.ppid);
	add_image(family, at, &event->as.process);
}

static void
add_syscall(struct family *family, const struct trace_event *event)
{
	const struct event_syscall *syscall = &event->as.syscall;
	size_t creator = family_acting_task(family, event);
	struct family_call *call = NULL;
	struct creation creation;
	struct family_task *task;
	bool is_known = creation_of_syscall(&creation, syscall);

	if (creator == FAMILY_NOBODY || !syscall->returned || syscall->result <= 0 ||
	    names_creation_syscall(syscall->nr) == NULL)
		return;
	task = family_create(family, creator, (int32_t)syscall->result, syscall->start_ns,
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
	call = family_find_call(family, event->memory, syscall->head.call_id);
	task->call_known = call != NULL;
	task->call_lost = call == NULL && syscall->head.call_id != 0;
	if (call == NULL)
		return;
	task->call = call->call;
	task->start = call->start;
	call->created = task->id;
}

/* The call tells of its child, too: its system call may have found no room in the trace, or its begin. */
static void
add_end(struct family *family, const struct trace_event *event)
{
	const struct event_call_end *end = &event->as.end;
	size_t creator = family_acting_task(family, event),
	       child = end->child != 0 ? family_find(family, end->child) : FAMILY_NOBODY;
	struct family_call *call = family_find_call(family, event->memory, end->head.call_id);
	struct family_task *task = NULL;

	if (creator == FAMILY_NOBODY)
		return;
	if (child != FAMILY_NOBODY && family->tasks[child].call_lost && family->tasks[child].parent == creator)
		task = &family->tasks[child];
	else if (call != NULL && end->child != 0 && call->created != end->child && end->begun_pid == 0)
		task = family_create(family, creator, end->child, end->start_ns, end->child_is_thread);
	if (task != NULL) {
		task->call_known = true;
		task->call_lost = false;
		task->call = end->call;
	}
	if (end->call == CALL_SYSTEM && !end->asked_for_shell && end->child != 0 && end->result_observed &&
	    (int32_t)end->result != -1)
		family_set_status(family, end->child, (int)end->result, end->start_ns + end->duration_ns);
	family_end_call(family, call);
}

bool
family_add(struct family *family, const struct trace_event *event)
{
	switch (event->kind) {
	case CLONESHIM_TRACE_PROCESS:
		add_process(family, event);
		break;
	case CLONESHIM_TRACE_CALL_BEGIN:
		family_begin_call(family, event);
		break;
	case CLONESHIM_TRACE_SYSCALL:
		add_syscall(family, event);
		break;
	case CLONESHIM_TRACE_CALL_END:
		add_end(family, event);
		break;
	case CLONESHIM_TRACE_ENDED:
		if (event->as.ended.status_known)
			family_set_status(family, event->as.ended.ended, event->as.ended.wait_status,
					  event->as.ended.time_ns);
		break;
	default:
		break;
	}
	return !family->out_of_memory;
}
