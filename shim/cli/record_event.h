/*
 * record_event.h: a record of a trace as the event that it was.
 *
 * A file for each kind: record_process.c, record_call.c, record_syscall.c. Nothing is believed: a number that stands for one of
 * several things is checked before it is taken for one of them.
 */
#ifndef CLI_RECORD_EVENT_H
#define CLI_RECORD_EVENT_H

#include "cli/places.h"
#include "cli/record_texts.h"
#include "cli/trace_events.h"

/* What the records of a trace refer to, and what the present event points at. */
struct record_source {
	struct places *places; /* borrowed */
	enum libc_call calls
		[CLONESHIM_TRACE_CALLS_MAX]; /* the trace's numbers in this cloneshim's; LIBC_CALL_COUNT: unknown */
	struct record_texts texts;
	struct event_string argv[EVENT_VECTOR_MAX];
};

void record_source_start(struct record_source *source, struct places *places,
			 const struct cloneshim_trace_header *header);

/* Of a record that is an event, and long enough. False: it contradicts itself, or is of a call that is not known, or there is no
   memory for it. */
bool record_take(struct record_source *source, const struct trace_entry *entry, struct trace_event *event);

/* For the files of the kinds. */
void record_head(const struct cloneshim_trace_record *record, struct event_head *head);
void record_locate(const struct record_source *source, const struct trace_event *event, uint64_t address,
		   struct code_location *location);

bool record_take_process(struct record_source *source, const struct trace_entry *entry, struct trace_event *event);
bool record_take_call_begin(struct record_source *source, const struct trace_entry *entry, struct trace_event *event);
bool record_take_call_end(struct record_source *source, const struct trace_entry *entry, struct trace_event *event);
bool record_take_syscall(struct record_source *source, const struct trace_entry *entry, struct trace_event *event);
bool record_take_path_syscall(struct record_source *source, const struct trace_entry *entry, struct trace_event *event);
bool record_take_ended(const struct trace_entry *entry, struct trace_event *event);

#endif
