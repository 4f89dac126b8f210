/*
 * call_filter.h: which events of a trace are shown.
 *
 * A call is shown as a whole, with its system calls and the calls inside it, or not at all; system calls from no call, and processes,
 * are judged by themselves. Whether a call fails is told after it has begun: to filter for that, the trace has to be gone through once
 * before.
 */
#ifndef CLI_CALL_FILTER_H
#define CLI_CALL_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/trace_events.h"

/* All that is set has to be true of a call: of the task that made it, of what it is, of its begin, of its end. */
struct call_filter_rule {
	int32_t pid, tid; /* 0: any */
	bool by_call;
	bool calls[LIBC_CALL_COUNT]; /* by_call: one of these */
	bool failed;                 /* its result is an error, or that of a system call in it */
	bool by_time;
	uint64_t since_ns, until_ns; /* by_time: begun at or after the one and before the other, CLOCK_MONOTONIC */
};

struct call_filter;

/* NULL: out of memory. */
struct call_filter *call_filter_new(const struct call_filter_rule *rule, struct trace_events *events);
void call_filter_free(struct call_filter *filter);

/* Whether all events have to be handed to call_filter_learn() before the first is asked for. */
bool call_filter_needs_learning(const struct call_filter *filter);
void call_filter_learn(struct call_filter *filter, const struct trace_event *event);

/* Whether the event is shown. To be asked for every event, in their order. */
bool call_filter_shows(struct call_filter *filter, const struct trace_event *event);

#endif
