/* event_sources.c: see event_sources.h. */
#include "cli/event_sources.h"

static void
fill(struct symbolizer *symbolizer, const struct trace_event *event, struct code_location *location,
     bool is_return_address)
{
	if (location->address != 0)
		location->source =
			symbolizer_source(symbolizer, event->memory, location->address, event->slot, is_return_address);
}

void
event_sources_fill(struct symbolizer *symbolizer, struct trace_event *event)
{
	if (event->kind == CLONESHIM_TRACE_CALL_BEGIN) {
		fill(symbolizer, event, &event->as.begin.caller, true);
		fill(symbolizer, event, &event->as.begin.start, false);
		if (event->as.begin.details != NULL)
			fill(symbolizer, event, &event->details.sigevent.function, false);
	} else if (event->kind == CLONESHIM_TRACE_SYSCALL && event->as.syscall.head.call_id == 0) {
		fill(symbolizer, event, &event->as.syscall.site, false);
	}
}
