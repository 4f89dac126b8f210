/* summary.c: see summary.h. Goes through the events. */
#include "cli/summary.h"

#include <stdlib.h>

#include "cli/summary_figures.h"
#include "cli/summary_walk.h"

static void
take_process(struct summary_walk *walk, const struct trace_event *event)
{
	const struct event_process *process = &event->as.process;
	struct call_under_way *call;

	summary_see_time(walk->summary, process->time_ns, process->time_ns);
	if (process->kind != PROCESS_LOADED)
		return;
	summary_count_program(walk, process->exe != NULL ? process->exe : "(not known)");
	summary_see_libc(walk, process);
	while ((call = calls_under_way_replaced(walk->calls, process->head.pid)) != NULL)
		summary_settle(walk, call);
}

static void
take_event(struct summary_walk *walk, const struct trace_event *event)
{
	switch (event->kind) {
	case CLONESHIM_TRACE_PROCESS:
		take_process(walk, event);
		break;
	case CLONESHIM_TRACE_CALL_BEGIN:
		summary_take_begin(walk, event);
		break;
	case CLONESHIM_TRACE_SYSCALL:
		summary_take_syscall(walk, event);
		break;
	case CLONESHIM_TRACE_PATH_SYSCALL:
		summary_take_path_syscall(walk, event);
		break;
	case CLONESHIM_TRACE_CALL_END:
		summary_take_end(walk, event);
		break;
	case CLONESHIM_TRACE_ENDED:
		summary_see_time(walk->summary, event->as.ended.time_ns, event->as.ended.time_ns);
		break;
	default:
		break;
	}
}

/* The ends of calls under way borrow a text of their event, of which only whether it is there is asked for later. */
static void
walk_through(struct summary_walk *walk, struct trace_events *events)
{
	struct call_under_way *call;
	struct trace_event event;

	while (!walk->is_out_of_memory && trace_events_next(events, &event))
		take_event(walk, &event);
	while ((call = calls_under_way_any(walk->calls)) != NULL)
		summary_settle(walk, call);
	trace_events_damage(events, &walk->summary->damage);
}

struct summary *
summary_read(struct trace_events *events, enum summary_by by, summary_namer *namer, void *context)
{
	struct summary_walk walk = {calloc(1, sizeof(struct summary)), summary_rows_new(by, namer, context),
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
