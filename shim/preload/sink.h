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
#include "preload/config.h"

/* Chooses the format. Constructor only. */
void sink_init(enum config_format format);

/* Whether libc calls are shown at all; false saves the work of describing them. */
bool sink_wants_calls(void);

void sink_process(const struct event_process *event);
void sink_call_begin(const struct event_call_begin *event);
void sink_syscall(const struct event_syscall *event);
void sink_call_end(const struct event_call_end *event);

/* The program ends: says what was kept to be said later. Destructor only. */
void sink_finish(void);

#endif
