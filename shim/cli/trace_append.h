/* trace_append.h: writes a record into a trace beside those who record into it, as include/cloneshim/trace.h says. */
#ifndef CLI_TRACE_APPEND_H
#define CLI_TRACE_APPEND_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/trace_new.h"

/* Appends a record of `length` bytes. False: there was no room, and it is counted as lost. */
bool trace_append(struct trace_new *trace, enum cloneshim_trace_kind kind, const void *record, size_t length);

#endif
