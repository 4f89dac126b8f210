/* record_process.c: see record_event.h: a process began, or is a copy, or has loaded something; and a process has ended. */
#include <string.h>

#include "cli/record_event.h"
#include "cli/record_form.h"

static void
take_argv(struct record_source *source, struct trace_strings *strings, struct event_process *process)
{
	size_t count = 0;
	uint32_t length, flags;
	const char *argument;

	while ((argument = record_texts_next(&source->texts, strings, &length, &flags)) != NULL) {
		if (count < EVENT_VECTOR_MAX)
			source->argv[count] = (struct event_string){
				.bytes = argument,
				.length = length < EVENT_STRING_MAX ? length : EVENT_STRING_MAX,
				.is_observed = true,
				.is_cut = length > EVENT_STRING_MAX,
			};
		source->texts.arguments[count++] = argument;
	}
	source->texts.arguments[count] = NULL;
	process->argv = source->argv;
	process->whole_argv = source->texts.arguments;
	if (count < process->argv_count && count < EVENT_VECTOR_MAX)
		process->argv_observed = false;
}

static void
take_sites(struct record_source *source, const struct cloneshim_trace_process *fixed, struct trace_event *event)
{
	struct event_process *process = &event->as.process;

	process->site_count = fixed->site_count;
	process->left_alone_count = fixed->left_alone_count;
	for (uint32_t i = 0; i < EVENT_SITES_MAX; i++) {
		process->sites[i].nr = (uint32_t)fixed->sites[i].nr;
		record_locate(source, event, fixed->sites[i].address, &process->sites[i].at);
	}
	for (uint32_t i = 0; i < EVENT_LEFT_ALONE_MAX; i++) {
		process->left_alone[i].nr = (uint32_t)fixed->left_alone[i].nr;
		record_locate(source, event, fixed->left_alone[i].address, &process->left_alone[i].at);
	}
}

bool
record_take_process(struct record_source *source, const struct trace_entry *entry, struct trace_event *event)
{
	struct event_process *process = &event->as.process;
	struct cloneshim_trace_process fixed;
	struct trace_strings strings;

	RECORD_FIXED(entry, fixed);
	if (fixed.kind > CLONESHIM_TRACE_COPIED ||
	    (fixed.kind != CLONESHIM_TRACE_OPENED && fixed.record.memory != entry->slot))
		return false;
	memset(process, 0, sizeof(*process));
	record_head(&fixed.record, &process->head);
	process->kind = fixed.kind == CLONESHIM_TRACE_LOADED   ? PROCESS_LOADED
			: fixed.kind == CLONESHIM_TRACE_OPENED ? PROCESS_MODULE
							       : PROCESS_COPIED;
	process->copied_from = fixed.copied_from;
	process->ppid = fixed.ppid;
	process->time_ns = fixed.time_ns;
	process->argv_observed = record_has(fixed.flags, CLONESHIM_TRACE_PROCESS_ARGV_OBSERVED);
	process->argv_count = fixed.argv_count;
	take_sites(source, &fixed, event);
	trace_strings_start(&strings, entry);
	process->exe = record_texts_plain(&source->texts, &strings);
	process->libc = record_texts_plain(&source->texts, &strings);
	process->probe = record_texts_plain(&source->texts, &strings);
	process->probe_reason = record_texts_plain(&source->texts, &strings);
	process->inject = record_texts_plain(&source->texts, &strings);
	for (uint32_t i = 0; i < EVENT_LEFT_ALONE_MAX; i++) {
		const char *why = record_texts_plain(&source->texts, &strings);

		process->left_alone[i].why = why != NULL ? why : "not told";
	}
	process->path_is_full = record_has(fixed.flags, CLONESHIM_TRACE_PROCESS_PATH_FULL);
	if (record_has(fixed.flags, CLONESHIM_TRACE_PROCESS_PATH_REASON))
		process->path_reason = record_texts_plain(&source->texts, &strings);
	take_argv(source, &strings, process);
	return true;
}

bool
record_take_ended(const struct trace_entry *entry, struct trace_event *event)
{
	struct trace_ended *ended = &event->as.ended;
	struct cloneshim_trace_ended fixed;

	RECORD_FIXED(entry, fixed);
	*ended = (struct trace_ended){.time_ns = fixed.time_ns,
				      .ended = fixed.ended,
				      .status_known = record_has(fixed.flags, CLONESHIM_TRACE_ENDED_STATUS),
				      .by_run = record_has(fixed.flags, CLONESHIM_TRACE_ENDED_BY_RUN),
				      .wait_status = fixed.wait_status};
	record_head(&fixed.record, &ended->head);
	return true;
}
