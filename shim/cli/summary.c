/* summary.c: see summary.h. Goes through the events and brings each to the row that it belongs to. */
#include "cli/summary.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "cli/calls_under_way.h"
#include "cli/summary_figures.h"
#include "cli/summary_rows.h"
#include "decode/creation.h"

/* What is needed while the trace is gone through. Without memory, the walk is given up at the next event. */
struct walk {
	struct summary *summary;
	struct summary_rows *rows;
	struct calls_under_way *calls;
	enum summary_by by;
	bool is_out_of_memory;
};

static void
demand(struct walk *walk, bool success)
{
	walk->is_out_of_memory |= !success;
}

static void
see_time(struct summary *summary, uint64_t from_ns, uint64_t to_ns)
{
	if (summary->first_ns == 0 || from_ns < summary->first_ns)
		summary->first_ns = from_ns;
	if (to_ns > summary->last_ns)
		summary->last_ns = to_ns;
}

static void
count_program(struct walk *walk, const char *exe)
{
	struct summary *summary = walk->summary;
	struct summary_program *larger;
	char *copy;

	for (size_t i = 0; i < summary->program_count; i++)
		if (strcmp(summary->programs[i].exe, exe) == 0) {
			summary->programs[i].count++;
			return;
		}
	larger = reallocarray(summary->programs, summary->program_count + 1, sizeof(*larger));
	copy = strdup(exe);
	if (larger != NULL)
		summary->programs = larger;
	demand(walk, larger != NULL && copy != NULL);
	if (walk->is_out_of_memory)
		free(copy);
	else
		summary->programs[summary->program_count++] = (struct summary_program){copy, 1};
}

static void
count_task(struct summary *summary, const struct event_syscall *syscall)
{
	struct creation creation;

	if (!syscall->returned || syscall->injected || syscall->result <= 0)
		return;
	if (!creation_of_syscall(&creation, syscall))
		summary->other_tasks_made++;
	else if ((creation.flags & CLONE_THREAD) != 0)
		summary->threads_made++;
	else
		summary->processes_made++;
}

static void
count_syscall(struct summary *summary, const struct call_syscall *syscall)
{
	const char *error = summary_syscall_error(syscall);
	size_t i = 0;

	while (i < summary->syscall_count && summary->syscalls[i].nr != syscall->nr)
		i++;
	if (i == SUMMARY_SYSCALLS_MAX)
		return;
	if (i == summary->syscall_count)
		summary->syscalls[summary->syscall_count++] = (struct summary_syscall){.nr = syscall->nr};
	if (syscall->injected) {
		summary->syscalls[i].injected++;
		return;
	}
	summary->syscalls[i].count++;
	if (error != NULL)
		summary_errors_add(&summary->syscalls[i].errors, error);
}

static void
add_syscall(struct walk *walk, struct summary_row *row, const struct call_syscall *syscall)
{
	count_syscall(walk->summary, syscall);
	demand(walk, summary_figures_add_syscall(&row->figures, syscall) &&
			     summary_figures_add_syscall(&walk->summary->total, syscall));
}

static const char *
why_empty(const struct summary_row *row)
{
	return row->path.not_observed ? " not observed" : row->path.not_recorded ? " not in the trace" : " no creation";
}

/* What has no end in the trace, or was not observed to it, may have had more. Exec has none when it succeeds. */
static bool
may_have_had_more(const struct call_under_way *call)
{
	if (call->has_ended)
		return call->end.path_reason != NULL;
	return call->call == LIBC_CALL_COUNT || libc_call_info(call->call)->creation != REPLACES;
}

/* Finds the row of a path, which `like` gets for that time. */
static struct summary_row *
find_by_path(struct walk *walk, struct summary_row *like, struct path_element *path, size_t count, bool is_open)
{
	static char text[PATH_SIGNATURE_MAX];
	char *name = NULL;
	size_t size;
	FILE *to = open_memstream(&name, &size);
	struct out out;

	if (to == NULL)
		return NULL;
	summary_row_print_name(to, like);
	fclose(to);
	out_init(&out, text, sizeof(text) - 1);
	path_signature_out(&out, name != NULL ? name : "", path, count);
	free(name);
	if (count == 0)
		out_string(&out, why_empty(like));
	else if (is_open)
		out_string(&out, " …");
	text[out_finish(&out) - 1] = '\0'; /* in the newline's place */
	like->signature = text;
	like->elements = path;
	like->element_count = count;
	return summary_rows_find(walk->rows, like);
}

/* A syscall that no call of the program's made: an orphan, or a helper thread's. */
static void
take_lone_syscall(struct walk *walk, const struct trace_event *event)
{
	const struct event_syscall *syscall = &event->as.syscall;
	struct summary_row like = {.kind = syscall->in_helper_thread ? SUMMARY_HELPER : SUMMARY_ORPHAN,
				   .call = syscall->in_helper_thread ? syscall->helper_of : LIBC_CALL_COUNT,
				   .caller_known = true,
				   .caller = syscall->site,
				   .memory = event->memory,
				   .slot = event->slot};
	struct call_syscall kept = {.nr = syscall->nr,
				    .returned = syscall->returned,
				    .duration_observed = syscall->duration_observed,
				    .injected = syscall->injected,
				    .result = syscall->result,
				    .duration_ns = syscall->duration_ns};
	struct path_element element;
	struct summary_row *row;

	summary_path_of_syscall(&like.path, syscall->nr);
	path_element_of_syscall(&element, syscall);
	row = walk->by == SUMMARY_BY_PATH ? find_by_path(walk, &like, &element, 1, false)
					  : summary_rows_find(walk->rows, &like);
	demand(walk, row != NULL);
	if (row != NULL)
		add_syscall(walk, row, &kept);
}

static struct summary_row *
row_of(struct walk *walk, const struct call_under_way *call)
{
	struct summary_row like = {.kind = call->call != LIBC_CALL_COUNT ? SUMMARY_CALL : SUMMARY_UNRECORDED,
				   .call = call->call,
				   .caller_known = call->begin_seen,
				   .memory = call->memory,
				   .slot = call->slot};

	if (call->begin_seen)
		like.caller = call->caller;
	summary_path_of(&like.path, call);
	if (walk->by != SUMMARY_BY_PATH)
		return summary_rows_find(walk->rows, &like);
	like.origin = call->end.stack.origin;
	return find_by_path(walk, &like, call->path, call->path_count, may_have_had_more(call));
}

/* libc's own call inside of another one (glibc 2.31: clone in pthread_create) has the syscall; the stack is the same one for both. */
static void
add_call(struct walk *walk, struct summary_row *row, const struct call_under_way *call)
{
	struct summary_figures *total = &walk->summary->total;

	demand(walk, summary_figures_add_call(&row->figures, call));
	summary_figures_add_stack(&row->figures, &call->end.stack);
	if (call->head.depth == 0)
		demand(walk, summary_figures_add_call(total, call));
	if (call->syscall_count > 0)
		summary_figures_add_stack(total, &call->end.stack);
}

/* Its end tells whose the new task's stack is. Of several tasks it is not known which one that is said of. */
static void
place_stack(struct call_under_way *call)
{
	struct path_element *found = NULL;

	for (uint32_t i = 0; i < call->path_count; i++) {
		struct path_element *element = &call->path[i];

		if (element->within != LIBC_CALL_COUNT || !path_element_made_task(element))
			continue;
		if (found != NULL)
			return;
		found = element;
	}
	if (found != NULL)
		found->origin = call->end.stack.origin;
}

/* The call is over, or there is nothing more about it. */
static void
settle(struct walk *walk, struct call_under_way *call)
{
	struct call_under_way *around = calls_under_way_around(walk->calls, call);
	struct summary_row *row;

	place_stack(call);
	if (around != NULL && walk->by == SUMMARY_BY_PATH) {
		demand(walk, call_under_way_take_over(around, call));
		calls_under_way_end(walk->calls, call);
		return;
	}
	row = row_of(walk, call);
	if (around != NULL && call->call != LIBC_CALL_COUNT && (call->syscall_count > 0 || call->end.syscall_observed))
		call_under_way_add_nested(around, call->call);
	demand(walk, row != NULL);
	for (uint32_t i = 0; row != NULL && i < call->syscall_count; i++)
		add_syscall(walk, row, &call->syscalls[i]);
	if (row != NULL && call->call != LIBC_CALL_COUNT)
		add_call(walk, row, call);
	calls_under_way_end(walk->calls, call);
}

/* A syscall's depth counts the call that it belongs to; the call's own does not. */
static struct call_under_way *
find_or_add(struct walk *walk, const struct trace_event *event)
{
	struct event_head head = *trace_event_head(event);
	struct call_under_way *call = calls_under_way_find(walk->calls, &head, event->memory);

	if (call != NULL)
		return call;
	if ((event->kind == CLONESHIM_TRACE_SYSCALL || event->kind == CLONESHIM_TRACE_PATH_SYSCALL) && head.depth > 0)
		head.depth--;
	call = calls_under_way_add(walk->calls, &head, event->memory, event->slot);
	demand(walk, call != NULL);
	return call;
}

static void
take_begin(struct walk *walk, const struct trace_event *event)
{
	const struct event_call_begin *begin = &event->as.begin;
	struct call_under_way *call;

	while ((call = calls_under_way_left(walk->calls, begin, event->memory)) != NULL)
		settle(walk, call);
	see_time(walk->summary, begin->time_ns, begin->time_ns);
	call = find_or_add(walk, event);
	if (call == NULL)
		return;
	call->call = begin->call;
	call->begin_seen = true;
	call->frame_address = begin->frame_address;
	call->caller = begin->caller;
}

static void
take_syscall(struct walk *walk, const struct trace_event *event)
{
	const struct event_syscall *syscall = &event->as.syscall;
	struct call_under_way *call;
	struct path_element element;

	see_time(walk->summary, syscall->start_ns,
		 syscall->start_ns + (syscall->duration_observed ? syscall->duration_ns : 0));
	count_task(walk->summary, syscall);
	if (syscall->head.call_id == 0 || syscall->in_helper_thread) {
		take_lone_syscall(walk, event);
		return;
	}
	call = find_or_add(walk, event);
	if (call == NULL)
		return;
	demand(walk, call_under_way_add_syscall(call, syscall));
	if (walk->by != SUMMARY_BY_PATH)
		return;
	path_element_of_syscall(&element, syscall);
	demand(walk, call_under_way_add_element(call, &element));
}

/* Of those that create nothing only paths tell. */
static void
take_path_syscall(struct walk *walk, const struct trace_event *event)
{
	struct call_under_way *call;
	struct path_element element;

	if (walk->by != SUMMARY_BY_PATH || event->as.path_syscall.head.call_id == 0)
		return;
	call = find_or_add(walk, event);
	path_element_of_path_syscall(&element, &event->as.path_syscall);
	if (call != NULL)
		demand(walk, call_under_way_add_element(call, &element));
}

/* What the parent saw of the syscalls, and the child of the result. */
static void
join_ends(struct call_under_way *call, const struct event_call_end *in_parent, const struct event_call_end *in_child)
{
	call->end = *in_child;
	call->end.syscall_observed = in_parent->syscall_observed;
	call->end.not_observed_reason = in_parent->not_observed_reason;
	call->end.stack = in_parent->stack;
	call->has_ended = true;
}

/* An end of daemon(3). Whichever of its two ends comes last settles it. */
static void
take_end_in_parent(struct walk *walk, struct call_under_way *call, const struct event_call_end *end)
{
	struct event_call_end in_child = call->end;

	call->call = end->call;
	call->has_left_parent = true;
	if (!call->has_ended_in_child) {
		call->end = *end;
		return;
	}
	join_ends(call, end, &in_child);
	settle(walk, call);
}

static void
take_end_in_child(struct walk *walk, struct call_under_way *begun, const struct event_call_end *end)
{
	struct event_call_end in_parent = begun->end;

	begun->has_ended_in_child = true;
	if (!begun->has_left_parent) {
		begun->end = *end;
		return;
	}
	join_ends(begun, &in_parent, end);
	settle(walk, begun);
}

/* The end, in the child, of a call that returns in both and is counted where it was made. */
static bool
is_told_by_parent(const struct event_call_end *end)
{
	return end->begun_pid != 0 && end->result_observed && end->result == 0 &&
	       (end->call == CALL_FORK || end->call == CALL__FORK || end->call == CALL_FORKPTY);
}

/* Any other call that goes on in a copy of its process is counted there as well: what it did there is its own. */
static void
take_end(struct walk *walk, const struct trace_event *event)
{
	const struct event_call_end *end = &event->as.end;
	struct call_under_way *begun = NULL, *call;

	see_time(walk->summary, end->start_ns, end->start_ns + (end->duration_observed ? end->duration_ns : 0));
	if (is_told_by_parent(end))
		return;
	if (end->begun_pid != 0)
		begun = calls_under_way_find_begun(walk->calls, end->begun_pid, end->begun_as_id);
	if (begun != NULL && begun->call == CALL_DAEMON && end->call == CALL_DAEMON) {
		take_end_in_child(walk, begun, end);
		return;
	}
	call = find_or_add(walk, event);
	if (call == NULL)
		return;
	if (begun != NULL && !call->begin_seen && begun->begin_seen) {
		call->caller = begun->caller;
		call->begin_seen = true;
	}
	if (end->unreturned == UNRETURNED_IN_CHILD && !end->result_observed) {
		take_end_in_parent(walk, call, end);
		return;
	}
	call->call = end->call;
	call->has_ended = true;
	call->end = *end;
	settle(walk, call);
}

static void
see_libc(struct walk *walk, const struct event_process *process)
{
	struct summary *summary = walk->summary;

	summary->has_full_paths |= process->path_is_full;
	summary->has_creation_paths |= !process->path_is_full;
	if (process->libc == NULL)
		return;
	if (summary->libc != NULL) {
		summary->has_libcs |= strcmp(summary->libc, process->libc) != 0;
		return;
	}
	summary->libc = strdup(process->libc);
	demand(walk, summary->libc != NULL);
}

static void
take_process(struct walk *walk, const struct trace_event *event)
{
	const struct event_process *process = &event->as.process;
	struct call_under_way *call;

	see_time(walk->summary, process->time_ns, process->time_ns);
	if (process->kind != PROCESS_LOADED)
		return;
	count_program(walk, process->exe != NULL ? process->exe : "(not known)");
	see_libc(walk, process);
	while ((call = calls_under_way_replaced(walk->calls, process->head.pid)) != NULL)
		settle(walk, call);
}

static void
take_event(struct walk *walk, const struct trace_event *event)
{
	switch (event->kind) {
	case CLONESHIM_TRACE_PROCESS:
		take_process(walk, event);
		break;
	case CLONESHIM_TRACE_CALL_BEGIN:
		take_begin(walk, event);
		break;
	case CLONESHIM_TRACE_SYSCALL:
		take_syscall(walk, event);
		break;
	case CLONESHIM_TRACE_PATH_SYSCALL:
		take_path_syscall(walk, event);
		break;
	case CLONESHIM_TRACE_CALL_END:
		take_end(walk, event);
		break;
	case CLONESHIM_TRACE_ENDED:
		see_time(walk->summary, event->as.ended.time_ns, event->as.ended.time_ns);
		break;
	default:
		break;
	}
}

/* The ends of calls under way borrow a text of their event, of which only whether it is there is asked for later. */
static void
walk_through(struct walk *walk, struct trace_events *events)
{
	struct call_under_way *call;
	struct trace_event event;

	while (!walk->is_out_of_memory && trace_events_next(events, &event))
		take_event(walk, &event);
	while ((call = calls_under_way_any(walk->calls)) != NULL)
		settle(walk, call);
	trace_events_damage(events, &walk->summary->damage);
}

struct summary *
summary_read(struct trace_events *events, enum summary_by by, summary_namer *namer, void *context)
{
	struct walk walk = {calloc(1, sizeof(struct summary)), summary_rows_new(by, namer, context),
			    calls_under_way_new(), by, false};

	if (walk.summary == NULL || walk.rows == NULL || walk.calls == NULL)
		walk.is_out_of_memory = true;
	else
		walk_through(&walk, events);
	calls_under_way_free(walk.calls);
	if (walk.rows != NULL && walk.summary != NULL)
		summary_rows_move(walk.rows, walk.summary);
	if (walk.is_out_of_memory) {
		summary_free(walk.summary);
		return NULL;
	}
	walk.summary->by = by;
	return walk.summary;
}

void
summary_free(struct summary *summary)
{
	if (summary == NULL)
		return;
	for (size_t i = 0; i < summary->row_count; i++)
		summary_row_free(summary->rows[i]);
	for (size_t i = 0; i < summary->program_count; i++)
		free((char *)summary->programs[i].exe);
	summary_figures_clear(&summary->total);
	free(summary->programs);
	free(summary->libc);
	free(summary->rows);
	free(summary);
}
