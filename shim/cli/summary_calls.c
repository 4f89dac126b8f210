/* summary_calls.c: see summary_walk.h: a call from its begin to its end. */
#include "cli/summary_walk.h"

/* A syscall's depth counts the call that it belongs to; the call's own does not. */
static struct call_under_way *
find_or_add(struct summary_walk *walk, const struct trace_event *event)
{
	struct event_head head = *trace_event_head(event);
	struct call_under_way *call = calls_under_way_find(walk->calls, &head, event->memory);

	if (call != NULL)
		return call;
	if ((event->kind == CLONESHIM_TRACE_SYSCALL || event->kind == CLONESHIM_TRACE_PATH_SYSCALL) && head.depth > 0)
		head.depth--;
	call = calls_under_way_add(walk->calls, &head, event->memory, event->slot);
	summary_demand(walk, call != NULL);
	return call;
}

void
summary_take_begin(struct summary_walk *walk, const struct trace_event *event)
{
	const struct event_call_begin *begin = &event->as.begin;
	struct call_under_way *call;

	while ((call = calls_under_way_left(walk->calls, begin, event->memory)) != NULL)
		summary_settle(walk, call);
	summary_see_time(walk->summary, begin->time_ns, begin->time_ns);
	call = find_or_add(walk, event);
	if (call == NULL)
		return;
	call->call = begin->call;
	call->begin_seen = true;
	call->frame_address = begin->frame_address;
	call->caller = begin->caller;
}

void
summary_take_syscall(struct summary_walk *walk, const struct trace_event *event)
{
	const struct event_syscall *syscall = &event->as.syscall;
	struct call_under_way *call;
	struct path_element element;

	summary_see_time(walk->summary, syscall->start_ns,
			 syscall->start_ns + (syscall->duration_observed ? syscall->duration_ns : 0));
	summary_count_task(walk->summary, syscall);
	if (syscall->head.call_id == 0 || syscall->in_helper_thread) {
		summary_take_lone_syscall(walk, event);
		return;
	}
	call = find_or_add(walk, event);
	if (call == NULL)
		return;
	summary_demand(walk, call_under_way_add_syscall(call, syscall));
	if (walk->by != SUMMARY_BY_PATH)
		return;
	path_element_of_syscall(&element, syscall);
	summary_demand(walk, call_under_way_add_element(call, &element));
}

/* Of those that create nothing only paths tell. */
void
summary_take_path_syscall(struct summary_walk *walk, const struct trace_event *event)
{
	struct call_under_way *call;
	struct path_element element;

	if (walk->by != SUMMARY_BY_PATH || event->as.path_syscall.head.call_id == 0)
		return;
	call = find_or_add(walk, event);
	path_element_of_path_syscall(&element, &event->as.path_syscall);
	if (call != NULL)
		summary_demand(walk, call_under_way_add_element(call, &element));
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
take_end_in_parent(struct summary_walk *walk, struct call_under_way *call, const struct event_call_end *end)
{
	struct event_call_end in_child = call->end;

	call->call = end->call;
	call->has_left_parent = true;
	if (!call->has_ended_in_child) {
		call->end = *end;
		return;
	}
	join_ends(call, end, &in_child);
	summary_settle(walk, call);
}

static void
take_end_in_child(struct summary_walk *walk, struct call_under_way *begun, const struct event_call_end *end)
{
	struct event_call_end in_parent = begun->end;

	begun->has_ended_in_child = true;
	if (!begun->has_left_parent) {
		begun->end = *end;
		return;
	}
	join_ends(begun, &in_parent, end);
	summary_settle(walk, begun);
}

/* The end, in the child, of a call that returns in both and is counted where it was made. */
static bool
is_told_by_parent(const struct event_call_end *end)
{
	return end->begun_pid != 0 && end->result_observed && end->result == 0 &&
	       (end->call == CALL_FORK || end->call == CALL__FORK || end->call == CALL_FORKPTY);
}

/* Any other call that goes on in a copy of its process is counted there as well: what it did there is its own. */
void
summary_take_end(struct summary_walk *walk, const struct trace_event *event)
{
	const struct event_call_end *end = &event->as.end;
	struct call_under_way *begun = NULL, *call;

	summary_see_time(walk->summary, end->start_ns, end->start_ns + (end->duration_observed ? end->duration_ns : 0));
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
	summary_settle(walk, call);
}
