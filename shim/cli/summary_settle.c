/* summary_settle.c: see summary_walk.h: to which row a call belongs, and what it adds to it. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/summary_figures.h"
#include "cli/summary_walk.h"

static void
add_syscall(struct summary_walk *walk, struct summary_row *row, const struct call_syscall *syscall)
{
	summary_count_syscall(walk->summary, syscall);
	summary_demand(walk, summary_figures_add_syscall(&row->figures, syscall) &&
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
find_by_path(struct summary_walk *walk, struct summary_row *like, struct path_element *path, size_t count, bool is_open)
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

void
summary_take_lone_syscall(struct summary_walk *walk, const struct trace_event *event)
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
	summary_demand(walk, row != NULL);
	if (row != NULL)
		add_syscall(walk, row, &kept);
}

static struct summary_row *
row_of(struct summary_walk *walk, const struct call_under_way *call)
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
add_call(struct summary_walk *walk, struct summary_row *row, const struct call_under_way *call)
{
	struct summary_figures *total = &walk->summary->total;

	summary_demand(walk, summary_figures_add_call(&row->figures, call));
	summary_figures_add_stack(&row->figures, &call->end.stack);
	if (call->head.depth == 0)
		summary_demand(walk, summary_figures_add_call(total, call));
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

void
summary_settle(struct summary_walk *walk, struct call_under_way *call)
{
	struct call_under_way *around = calls_under_way_around(walk->calls, call);
	struct summary_row *row;

	place_stack(call);
	if (around != NULL && walk->by == SUMMARY_BY_PATH) {
		summary_demand(walk, call_under_way_take_over(around, call));
		calls_under_way_end(walk->calls, call);
		return;
	}
	row = row_of(walk, call);
	if (around != NULL && call->call != LIBC_CALL_COUNT && (call->syscall_count > 0 || call->end.syscall_observed))
		call_under_way_add_nested(around, call->call);
	summary_demand(walk, row != NULL);
	for (uint32_t i = 0; row != NULL && i < call->syscall_count; i++)
		add_syscall(walk, row, &call->syscalls[i]);
	if (row != NULL && call->call != LIBC_CALL_COUNT)
		add_call(walk, row, call);
	calls_under_way_end(walk->calls, call);
}
