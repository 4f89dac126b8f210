/*
 * trace_reader.h: a trace as a sequence of records, read as include/cloneshim/trace.h says, whatever the file holds.
 *
 * The file is mapped read-only and may still be written to, and cut short. Nothing of it is believed before it has been checked: damage is
 * counted, never followed.
 */
#ifndef CLI_TRACE_READER_H
#define CLI_TRACE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cloneshim/trace.h"

struct trace_reader;

/* One complete record. `payload` is joined and aligned to 8 bytes, owned by the reader, and valid until the next record. It holds at
   least a struct cloneshim_trace_record, with fixed ≤ length, and all its strings. */
struct trace_entry {
	enum cloneshim_trace_kind kind;
	uint64_t slot; /* number of its first slot */
	const struct cloneshim_trace_record *payload;
	uint32_t length;
};

/* Maps the trace. NULL: it cannot be read at all, and `why` (of `size` bytes) says why, in one line without the path. */
struct trace_reader *trace_reader_open(const char *path, char *why, size_t size);

/* The same of the first `most` bytes of an open file, whose descriptor stays the caller's. */
struct trace_reader *trace_reader_open_descriptor(int fd, uint64_t most, char *why, size_t size);

/* The same of bytes in memory, aligned to 8, which stay the caller's. */
struct trace_reader *trace_reader_open_memory(const void *bytes, size_t length, char *why, size_t size);

void trace_reader_close(struct trace_reader *reader);

/* The next record in the order of slots; false: there is none (any more: a trace that grows may have some later). */
bool trace_reader_next(struct trace_reader *reader, struct trace_entry *entry);

/* Starts anew. */
void trace_reader_rewind(struct trace_reader *reader);

const struct cloneshim_trace_header *trace_reader_header(const struct trace_reader *reader);

/* Slots that can be read, and how many of them lie behind: for progress. */
uint64_t trace_reader_slots(const struct trace_reader *reader);
uint64_t trace_reader_position(const struct trace_reader *reader);

/* What could not be read up to here, since the last rewind. All of them are 0 in a trace whose writers ended in order. */
struct trace_damage {
	uint64_t lost;       /* events that found no room, as the header says */
	uint64_t unfinished; /* slots of records whose writer is not done, or died */
	uint64_t damaged;    /* records that contradict themselves */
	uint64_t missing;    /* slots of records that do not end within the file: it was cut short */
	bool header;         /* the header's counts contradict each other: how many slots are used is not known */
};

void trace_reader_damage(const struct trace_reader *reader, struct trace_damage *damage);

/* Takes strings out of a record, one after the other. */
struct trace_strings {
	const struct trace_entry *entry;
	uint32_t at, left;
};

void trace_strings_start(struct trace_strings *strings, const struct trace_entry *entry);

/* The next one: borrowed from the record, not NUL-terminated. NULL with *length 0: it is absent, or there is none. */
const char *trace_strings_next(struct trace_strings *strings, uint32_t *length, uint32_t *flags);

#endif
