/*
 * sink_trace.h: events as records of the trace. Hot path, but for sink_trace_open().
 *
 * A call and its syscall are recorded without any system call; what they say of addresses is told apart, once (trace_places.h).
 */
#ifndef PRELOAD_SINK_TRACE_H
#define PRELOAD_SINK_TRACE_H

#include <stdint.h>

#include "cloneshim/trace.h"
#include "decode/event.h"

void sink_trace_process(const struct event_process *event);
void sink_trace_call_begin(const struct event_call_begin *event);
void sink_trace_syscall(const struct event_syscall *event);
void sink_trace_path_syscall(const struct event_path_syscall *event);
void sink_trace_call_end(const struct event_call_end *event);

void sink_trace_child_ended(const struct event_child_ended *event);

/* The process runs its destructors. */
void sink_trace_ended(const struct event_head *head);

/* What a record with a fixed part of `fixed` bytes and `strings` strings begins with. */
struct cloneshim_trace_record sink_trace_record(const struct event_head *head, size_t fixed, uint32_t strings);

#endif
