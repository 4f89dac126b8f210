/*
 * trace_events.h: a trace as events (decode/event.h), the same that the shim's sinks got, with the places of their addresses.
 *
 * The trace is gone through twice: once, at opening, for what stands at which address in whose memory, then event by event. What is
 * kept grows with the number of processes and places, not with that of the events.
 */
#ifndef CLI_TRACE_EVENTS_H
#define CLI_TRACE_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/trace_reader.h"
#include "cloneshim/trace.h"
#include "decode/event.h"

/* An object in memory, from the event on. */
struct trace_module {
	const char *path; /* NULL: not known. Lives as long as the events */
	uint64_t base, start, end;
	const uint8_t *build_id; /* NULL: it has none. Lives as long as the events */
	uint32_t build_id_length;
	uint64_t memory;
	uint64_t slot; /* of its record: a later one at the same place has taken its place */
	uint64_t time_ns;
};

struct trace_ended {
	struct event_head head;
	uint64_t time_ns;
	int32_t ended;
	bool status_known, by_run;
	int32_t wait_status; /* as from waitpid(2) */
};

struct trace_event {
	enum cloneshim_trace_kind
		kind;    /* PROCESS, CALL_BEGIN, SYSCALL, PATH_SYSCALL, CALL_END, ENDED: which member of `as` is set */
	uint64_t slot;   /* tells events apart, and their order */
	uint64_t memory; /* whose addresses these are; CLONESHIM_TRACE_NOWHERE: not known */
	union {
		struct event_process process; /* whole_argv is NULL-terminated, as far as it was recorded */
		struct event_call_begin begin;
		struct event_syscall syscall;
		struct event_path_syscall path_syscall;
		struct event_call_end end;
		struct trace_ended ended;
	} as;
	struct call_details details; /* as.begin.details points here */
};

struct trace_events;

/* NULL: as trace_reader_open(). */
struct trace_events *trace_events_open(const char *path, char *why, size_t size);
struct trace_events *trace_events_open_memory(const void *bytes, size_t length, char *why, size_t size);
void trace_events_close(struct trace_events *events);

/* The next event; false: there is none. What it points at lives until the next one, but for paths and symbols of locations, which
   live as long as `events`. */
bool trace_events_next(struct trace_events *events, struct trace_event *event);
void trace_events_rewind(struct trace_events *events);

/* For header and progress. */
struct trace_reader *trace_events_reader(struct trace_events *events);

/* As trace_reader_damage(); records of calls that this cloneshim does not know count as damaged. */
void trace_events_damage(const struct trace_events *events, struct trace_damage *damage);

/* The memory that `memory` is a copy of; CLONESHIM_TRACE_NOWHERE: of none that is known. */
uint64_t trace_events_original(const struct trace_events *events, uint64_t memory);

/* What stands at `address` in `memory`, as far as the shim told; `slot` is that of the event that asks. */
void trace_events_locate(struct trace_events *events, uint64_t memory, uint64_t address, uint64_t slot,
			 struct code_location *location);

/* The module that holds `address`; NULL: none is known. */
const struct trace_module *trace_events_module(struct trace_events *events, uint64_t memory, uint64_t address,
					       uint64_t slot);

/* The time of an event, CLOCK_MONOTONIC nanoseconds: of a call's or a syscall's end, its begin. 0: it has none. */
uint64_t trace_event_time(const struct trace_event *event);

const struct event_head *trace_event_head(const struct trace_event *event);

#endif
