/*
 * summary_walk.h: what is needed while a trace is gone through for its summary.
 *
 * summary.c hands out the events; summary_calls.c keeps those of a call together until it is over; summary_settle.c brings the call to
 * its row; summary_totals.c has what is told of the whole trace.
 */
#ifndef CLI_SUMMARY_WALK_H
#define CLI_SUMMARY_WALK_H

#include "cli/calls_under_way.h"
#include "cli/summary.h"
#include "cli/summary_rows.h"

/* Without memory, the walk is given up at the next event. */
struct summary_walk {
	struct summary *summary;
	struct summary_rows *rows;
	struct calls_under_way *calls;
	enum summary_by by;
	bool is_out_of_memory;
};

static inline void
summary_demand(struct summary_walk *walk, bool success)
{
	walk->is_out_of_memory |= !success;
}

/* summary_totals.c */
void summary_see_time(struct summary *summary, uint64_t from_ns, uint64_t to_ns);
void summary_count_program(struct summary_walk *walk, const char *exe);
void summary_see_libc(struct summary_walk *walk, const struct event_process *process);
void summary_count_task(struct summary *summary, const struct event_syscall *syscall);
void summary_count_syscall(struct summary *summary, const struct call_syscall *syscall);

/* summary_settle.c: a call that is over, or of which there is nothing more: it is taken out of those under way. */
void summary_settle(struct summary_walk *walk, struct call_under_way *call);

/* summary_settle.c: a syscall that no call of the program's made: an orphan, or a helper thread's. */
void summary_take_lone_syscall(struct summary_walk *walk, const struct trace_event *event);

/* summary_calls.c */
void summary_take_begin(struct summary_walk *walk, const struct trace_event *event);
void summary_take_syscall(struct summary_walk *walk, const struct trace_event *event);
void summary_take_path_syscall(struct summary_walk *walk, const struct trace_event *event);
void summary_take_end(struct summary_walk *walk, const struct trace_event *event);

#endif
