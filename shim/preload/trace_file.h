/*
 * trace_file.h: the trace that this process records into, as a file in memory (include/cloneshim/trace.h).
 *
 * Opened, or made, in the constructor; no descriptor stays open. Afterwards only the mapping is used.
 */
#ifndef PRELOAD_TRACE_FILE_H
#define PRELOAD_TRACE_FILE_H

#include <stdint.h>

#include "cloneshim/trace.h"
#include "decode/out.h"

/* Joins the trace at `path`, or makes one with room for `size` bytes. Returns 0, or a negative errno with the reason in `why`: the program
   is then not recorded. Constructor only. */
int trace_file_open(const char *path, uint64_t size, struct out *why);

/* The trace's header in memory; NULL: nothing is recorded. Hot path. */
struct cloneshim_trace_header *trace_file_header(void);

/* This process is a copy of one that recorded: what its first record touches is not in its page tables yet. Hot path. */
void trace_file_enter_copy(void);

/* Reserves `slots` consecutive slots. NULL: there is no room, and the event has been counted as lost; else the first, whose number
   is stored in `number`. Hot path, no locks. */
struct cloneshim_trace_slot *trace_file_reserve(uint32_t slots, uint64_t *number);

#endif
