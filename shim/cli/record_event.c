/* record_event.c: see record_event.h. */
#include "cli/record_event.h"

#include <string.h>

/* LIBC_CALL_COUNT: this cloneshim does not know it. */
static enum libc_call
call_by_name(const char *name, size_t size)
{
	for (int call = 0; call < LIBC_CALL_COUNT; call++)
		if (strncmp(libc_call_info((enum libc_call)call)->name, name, size) == 0)
			return (enum libc_call)call;
	return LIBC_CALL_COUNT;
}

void
record_source_start(struct record_source *source, struct places *places, const struct cloneshim_trace_header *header)
{
	*source = (struct record_source){.places = places};
	for (uint32_t i = 0; i < CLONESHIM_TRACE_CALLS_MAX; i++)
		source->calls[i] = i < header->call_count ? call_by_name(header->calls[i], sizeof(header->calls[i]))
							  : LIBC_CALL_COUNT;
}

void
record_head(const struct cloneshim_trace_record *record, struct event_head *head)
{
	*head = (struct event_head){
		.pid = record->pid, .tid = record->tid, .call_id = record->call_id, .depth = record->depth};
}

void
record_locate(const struct record_source *source, const struct trace_event *event, uint64_t address,
	      struct code_location *location)
{
	places_locate(source->places, event->memory, address, event->slot, location);
}

bool
record_take(struct record_source *source, const struct trace_entry *entry, struct trace_event *event)
{
	if (!record_texts_start(&source->texts, entry))
		return false;
	event->kind = entry->kind;
	event->slot = entry->slot;
	event->memory = entry->payload->memory;
	switch (entry->kind) {
	case CLONESHIM_TRACE_PROCESS:
		return record_take_process(source, entry, event);
	case CLONESHIM_TRACE_CALL_BEGIN:
		return record_take_call_begin(source, entry, event);
	case CLONESHIM_TRACE_SYSCALL:
		return record_take_syscall(source, entry, event);
	case CLONESHIM_TRACE_PATH_SYSCALL:
		return record_take_path_syscall(source, entry, event);
	case CLONESHIM_TRACE_CALL_END:
		return record_take_call_end(source, entry, event);
	default:
		return record_take_ended(entry, event);
	}
}
