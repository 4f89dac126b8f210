/*
 * trace_windows.h: the slots of the trace that this process records into, in its memory (include/cloneshim/trace.h).
 *
 * No descriptor stays open: only what has been mapped is used.
 */
#ifndef PRELOAD_TRACE_WINDOWS_H
#define PRELOAD_TRACE_WINDOWS_H

#include <stdint.h>

#include "cloneshim/trace.h"

/* Maps what is written next of the trace `fd`, of which `size` bytes may be mapped. `mapped`, its header in memory, stays mapped.
   Returns 0 or a negative errno. Constructor only. */
int64_t trace_windows_open(struct cloneshim_trace_header *mapped, int fd, uint64_t size);

/* The trace's header in memory; NULL: nothing is recorded. Hot path. */
struct cloneshim_trace_header *trace_windows_header(void);

/* This process is a copy of one that recorded: what its first record touches is not in its page tables yet. Hot path. */
void trace_windows_enter_copy(void);

/* Reserves `slots` consecutive slots. NULL: there is no room, and the event has been counted as lost; else the first, whose number
   is stored in `number`. Hot path, no locks. */
struct cloneshim_trace_slot *trace_windows_reserve(uint32_t slots, uint64_t *number);

#endif
