/*
 * trace_header.h: the header of a new trace (include/cloneshim/trace.h), the same whoever makes it.
 *
 * Pure. The shim uses it in its constructor.
 */
#ifndef DECODE_TRACE_HEADER_H
#define DECODE_TRACE_HEADER_H

#include <stdint.h>

#include "cloneshim/trace.h"

/* The smallest file that is a trace: room for a program that starts and says that it did. */
#define TRACE_HEADER_FILE_SIZE_MIN ((uint64_t)CLONESHIM_TRACE_HEADER_SIZE + (uint64_t)1024 * CLONESHIM_TRACE_SLOT_SIZE)

struct trace_header_times {
	uint64_t monotonic_ns, realtime_ns; /* now, by CLOCK_MONOTONIC and CLOCK_REALTIME */
};

/* Fills in the header of a file of `file_size` bytes, of which writers map `map_size`, at least as many. */
void trace_header_fill(struct cloneshim_trace_header *header, uint64_t file_size, uint64_t map_size,
		       struct trace_header_times now);

/* Slots that a file of `file_size` bytes has room for. */
uint64_t trace_header_slots(uint64_t file_size);

#endif
