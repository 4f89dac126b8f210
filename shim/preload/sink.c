/* sink.c: live output and the trace, each of them if it is wanted; see sink.h. Hot path. */
#include "preload/sink.h"

#include <stddef.h>

#include "preload/output.h"
#include "preload/sink_trace.h"
#include "preload/task.h"

static const struct format silent;
static const struct format *active = &silent;
static bool is_recording;

void
sink_init(const struct format *format, bool records)
{
	is_recording = records;
	if (format == NULL)
		return;
	active = format;
	if (active->open != NULL)
		active->open();
}

bool
sink_shows_calls(void)
{
	return active->call_begin != NULL;
}

bool
sink_wants_calls(void)
{
	return is_recording || sink_shows_calls();
}

bool
sink_wants_paths(void)
{
	return is_recording || active->path_syscall != NULL;
}

bool
sink_records(void)
{
	return is_recording;
}

bool
sink_names_locations(void)
{
	return active != &silent;
}

void
sink_process(const struct event_process *event)
{
	if (is_recording)
		sink_trace_process(event);
	if (active->process != NULL)
		active->process(event);
}

void
sink_call_begin(const struct event_call_begin *event)
{
	if (is_recording)
		sink_trace_call_begin(event);
	if (active->call_begin != NULL)
		active->call_begin(event);
}

void
sink_syscall(const struct event_syscall *event)
{
	if (is_recording)
		sink_trace_syscall(event);
	if (active->syscall != NULL)
		active->syscall(event);
}

void
sink_path_syscall(const struct event_path_syscall *event)
{
	if (is_recording)
		sink_trace_path_syscall(event);
	if (active->path_syscall != NULL)
		active->path_syscall(event);
}

void
sink_call_end(const struct event_call_end *event)
{
	if (is_recording)
		sink_trace_call_end(event);
	if (active->call_end != NULL)
		active->call_end(event);
}

void
sink_child_ended(const struct event_child_ended *event)
{
	if (is_recording)
		sink_trace_child_ended(event);
}

/* What a child of vfork finds is not its own. */
void
sink_finish(void)
{
	struct event_head head = {0};

	task_identify(&head);
	if (!task_owns_memory(head.pid))
		return;
	if (is_recording)
		sink_trace_ended(&head);
	if (active->close != NULL)
		active->close(head.tid);
}

void
format_host_write(const char *line, size_t length, int32_t pid)
{
	output_write(line, length, pid);
}

void
format_host_count_lost(void)
{
	task_count_lost();
}
