/* event_format.c: see event_format.h. */
#include "cli/event_format.h"

#include "cli/call_records.h"

static void
show(const struct format *format, const struct trace_event *event)
{
	if (event->kind == CLONESHIM_TRACE_PROCESS && format->process != NULL)
		format->process(&event->as.process);
	else if (event->kind == CLONESHIM_TRACE_CALL_BEGIN && format->call_begin != NULL)
		format->call_begin(&event->as.begin);
	else if (event->kind == CLONESHIM_TRACE_SYSCALL && format->syscall != NULL)
		format->syscall(&event->as.syscall);
	else if (event->kind == CLONESHIM_TRACE_PATH_SYSCALL && format->path_syscall != NULL)
		format->path_syscall(&event->as.path_syscall);
	else if (event->kind == CLONESHIM_TRACE_CALL_END && format->call_end != NULL)
		format->call_end(&event->as.end);
	else if (event->kind == CLONESHIM_TRACE_ENDED && !event->as.ended.by_run && !event->as.ended.status_known &&
		 format->close != NULL)
		format->close(event->as.ended.head.tid);
}

void
event_format_take(const struct format *format, const struct trace_event *event, bool is_shown)
{
	call_records_enter(event->memory, event->kind == CLONESHIM_TRACE_CALL_BEGIN && event->as.begin.left_earlier);
	if (is_shown)
		show(format, event);
	if (event->kind == CLONESHIM_TRACE_PROCESS && event->as.process.kind == PROCESS_LOADED)
		call_records_replaced(event->as.process.head.pid);
}

void
event_format_finish(const struct format *format)
{
	uint64_t memory;

	while (format->close != NULL && call_records_any(&memory)) {
		call_records_enter(memory, false);
		format->close(0);
	}
	call_records_clear();
}
