/* event_sources.h: fills the locations of an event with what the traced files know of them. */
#ifndef CLI_EVENT_SOURCES_H
#define CLI_EVENT_SOURCES_H

#include "cli/symbolizer.h"

/* The caller and the start routine of a call, and the place of a system call that no call made. The sources live as long as
   `symbolizer`. */
void event_sources_fill(struct symbolizer *symbolizer, struct trace_event *event);

#endif
