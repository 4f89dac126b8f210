/*
 * event_format.h: the events of a trace, handed to one of the formats (decode/format.h). Whoever calls this is the format's host.
 */
#ifndef CLI_EVENT_FORMAT_H
#define CLI_EVENT_FORMAT_H

#include "cli/trace_events.h"
#include "decode/format.h"

/* The next event of a trace, in the order of its events; those that are not shown are taken as well. */
void event_format_take(const struct format *format, const struct trace_event *event, bool is_shown);

/* There are no more: tells of the calls that were still under way when the trace, or their process, ended. */
void event_format_finish(const struct format *format);

#endif
