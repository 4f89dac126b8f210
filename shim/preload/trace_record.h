/*
 * trace_record.h: one record, written into slots of the trace. Hot path; no locks, no system calls, no allocation.
 *
 * A record's length must be known before its slots are reserved. So it is put together twice by the same code: first measured, then
 * written.
 *
 *     trace_record_measure(&record);
 *     put_all(&record);
 *     if (trace_record_reserve(&record)) {
 *             put_all(&record);
 *             trace_record_commit(&record, kind);
 *     }
 */
#ifndef PRELOAD_TRACE_RECORD_H
#define PRELOAD_TRACE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cloneshim/trace.h"

struct trace_record {
	struct cloneshim_trace_slot *first; /* NULL: measured only */
	uint64_t number;                    /* of the first slot */
	uint32_t slots;
	uint32_t length; /* bytes put */
};

void trace_record_measure(struct trace_record *record);

/* Reserves what was measured. False: there is no room, and the event is counted as lost. */
bool trace_record_reserve(struct trace_record *record);

/* Appends bytes; beyond what was reserved they are dropped. */
void trace_record_put(struct trace_record *record, const void *bytes, size_t length);

/* Appends a string of `length` bytes, or, with CLONESHIM_TRACE_STRING_ABSENT, none. */
void trace_record_put_string(struct trace_record *record, const char *bytes, size_t length, uint32_t flags);

/* The record is there, as a whole. */
void trace_record_commit(struct trace_record *record, enum cloneshim_trace_kind kind);

#endif
