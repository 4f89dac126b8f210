/* trace_events.c: see trace_events.h. */
#include "cli/trace_events.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/places.h"
#include "cli/record_event.h"
#include "cli/record_form.h"
#include "cli/record_places.h"

struct trace_events {
	struct trace_reader *reader;
	struct places *places;
	struct record_source source;
	uint64_t untaken; /* records that contradict themselves, or of unknown calls */
};

static struct trace_events *
start(struct trace_reader *reader, char *why, size_t size)
{
	struct trace_events *events;

	if (reader == NULL)
		return NULL;
	events = calloc(1, sizeof(*events));
	if (events != NULL)
		*events = (struct trace_events){.reader = reader, .places = places_new()};
	if (events == NULL || events->places == NULL) {
		snprintf(why, size, "out of memory");
		trace_reader_close(reader);
		free(events);
		return NULL;
	}
	record_source_start(&events->source, events->places, trace_reader_header(reader));
	record_places_collect(events->places, reader);
	return events;
}

struct trace_events *
trace_events_open(const char *path, char *why, size_t size)
{
	return start(trace_reader_open(path, why, size), why, size);
}

struct trace_events *
trace_events_open_memory(const void *bytes, size_t length, char *why, size_t size)
{
	return start(trace_reader_open_memory(bytes, length, why, size), why, size);
}

void
trace_events_close(struct trace_events *events)
{
	if (events == NULL)
		return;
	trace_reader_close(events->reader);
	places_free(events->places);
	record_texts_free(&events->source.texts);
	free(events);
}

void
trace_events_rewind(struct trace_events *events)
{
	trace_reader_rewind(events->reader);
	events->untaken = 0;
}

struct trace_reader *
trace_events_reader(struct trace_events *events)
{
	return events->reader;
}

void
trace_events_damage(const struct trace_events *events, struct trace_damage *damage)
{
	trace_reader_damage(events->reader, damage);
	damage->damaged += events->untaken;
}

uint64_t
trace_events_original(const struct trace_events *events, uint64_t memory)
{
	return places_original(events->places, memory);
}

void
trace_events_locate(struct trace_events *events, uint64_t memory, uint64_t address, uint64_t slot,
		    struct code_location *location)
{
	places_locate(events->places, memory, address, slot, location);
}

const struct trace_module *
trace_events_module(struct trace_events *events, uint64_t memory, uint64_t address, uint64_t slot)
{
	return places_module(events->places, memory, address, slot);
}

bool
trace_events_next(struct trace_events *events, struct trace_event *event)
{
	struct trace_entry entry;

	while (trace_reader_next(events->reader, &entry)) {
		if (!record_is_known(entry.kind) || (record_is_long_enough(&entry) && !record_is_event(entry.kind)))
			continue;
		if (record_is_long_enough(&entry) && record_take(&events->source, &entry, event))
			return true;
		events->untaken++;
	}
	return false;
}

uint64_t
trace_event_time(const struct trace_event *event)
{
	switch (event->kind) {
	case CLONESHIM_TRACE_PROCESS:
		return event->as.process.time_ns;
	case CLONESHIM_TRACE_CALL_BEGIN:
		return event->as.begin.time_ns;
	case CLONESHIM_TRACE_SYSCALL:
		return event->as.syscall.start_ns;
	case CLONESHIM_TRACE_PATH_SYSCALL:
		return event->as.path_syscall.start_ns;
	case CLONESHIM_TRACE_CALL_END:
		return event->as.end.start_ns;
	case CLONESHIM_TRACE_ENDED:
		return event->as.ended.time_ns;
	default:
		return 0;
	}
}

const struct event_head *
trace_event_head(const struct trace_event *event)
{
	switch (event->kind) {
	case CLONESHIM_TRACE_CALL_BEGIN:
		return &event->as.begin.head;
	case CLONESHIM_TRACE_SYSCALL:
		return &event->as.syscall.head;
	case CLONESHIM_TRACE_PATH_SYSCALL:
		return &event->as.path_syscall.head;
	case CLONESHIM_TRACE_CALL_END:
		return &event->as.end.head;
	case CLONESHIM_TRACE_ENDED:
		return &event->as.ended.head;
	default:
		return &event->as.process.head;
	}
}
