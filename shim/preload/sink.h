/*
 * sink.h: takes an event and brings it where the configuration says, in the format that it says.
 *
 * Interposers and probes know no formats; formats know no files. Hot path: what a format writes because of an event is written
 * before the function returns, so the order of lines is the order of events.
 */
#ifndef PRELOAD_SINK_H
#define PRELOAD_SINK_H

#include <stdbool.h>

#include "decode/event.h"
#include "decode/format.h"

/* Where events go. Constructor only. `format` is live output; NULL: there is none. `records`: into the trace, which is open. */
void sink_init(const struct format *format, bool records);

/* Whether libc calls are shown or recorded at all; false saves the work of describing them. */
bool sink_wants_calls(void);

/* Whether they are shown, at once, for a person: then what costs a system call to find out is found out. A trace makes do without
   it, so that recording makes none. */
bool sink_shows_calls(void);

/* Whether system calls that create nothing are shown or recorded, when they are observed. */
bool sink_wants_paths(void);

/* Whether there is a trace to record into. */
bool sink_records(void);

/* Whether events must say what stands at their addresses, and not only the addresses. */
bool sink_names_locations(void);

void sink_process(const struct event_process *event);
void sink_call_begin(const struct event_call_begin *event);
void sink_syscall(const struct event_syscall *event);
void sink_path_syscall(const struct event_path_syscall *event);
void sink_call_end(const struct event_call_end *event);
void sink_child_ended(const struct event_child_ended *event); /* to the trace alone */

/* The program ends: says what was kept to be said later. Destructor only. */
void sink_finish(void);

#endif
