/*
 * trace_maker.h: makes traces in memory, sound ones and wrong ones, for the tests of what reads them.
 *
 * Written after include/cloneshim/trace.h alone: it shares no code with the shim or with the command's reader.
 */
#ifndef HARNESS_TRACE_MAKER_H
#define HARNESS_TRACE_MAKER_H

#include <stddef.h>
#include <stdint.h>

#include "cloneshim/trace.h"

struct trace_maker {
	uint8_t *bytes; /* the file */
	size_t length;
};

/* An empty trace with room for `slots`, as the shim makes it, but that its table of calls has fork, clone and execve only: numbers 0, 1
   and 2. To be freed by trace_maker_free(). */
struct trace_maker trace_maker_new(uint64_t slots);
void trace_maker_free(struct trace_maker *maker);

struct cloneshim_trace_header *trace_maker_header(struct trace_maker *maker);
struct cloneshim_trace_slot *trace_maker_slot(struct trace_maker *maker, uint64_t number);

/* A record: its fixed part of `size` bytes, whose record.fixed and record.strings are set here, and the strings up to NULL. Returns the
   number of its first slot. */
uint64_t trace_maker_add(struct trace_maker *maker, enum cloneshim_trace_kind kind, void *fixed, size_t size,
			 const char *const *strings);

/* A sound record each: process 100 loads a program whose memory is that record; it calls fork as call `id`; and that returned 101. */
uint64_t trace_maker_add_process(struct trace_maker *maker);
uint64_t trace_maker_add_begin(struct trace_maker *maker, uint64_t memory, uint64_t id);
uint64_t trace_maker_add_end(struct trace_maker *maker, uint64_t memory, uint64_t id);

/* Writes it to `path`. Returns 0 or -errno. */
int trace_maker_write(const struct trace_maker *maker, const char *path);

#endif
