/*
 * symbolizer.h: names for the addresses of a trace, from the files on this machine: static functions, inlined ones, source lines.
 *
 * The files are those that were traced, or nothing is said: a build-id tells. Each is opened once, however many processes had it in
 * their memory, and each address in it is looked up once.
 */
#ifndef CLI_SYMBOLIZER_H
#define CLI_SYMBOLIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/object_file.h"
#include "cli/trace_events.h"

#define SYMBOLIZER_FRAMES_MAX 16 /* that are known of one address */

struct symbolizer;

/* `events` is borrowed, and must outlive it. NULL: out of memory. */
struct symbolizer *symbolizer_new(struct trace_events *events);
void symbolizer_free(struct symbolizer *symbolizer);

/* The functions at `address` in `memory` when the event of `slot` happened, innermost first. A return address belongs to the call before
   it. Returns how many were written to `frames`, at most `room`; 0: the files say nothing. Strings live as long as `symbolizer`. */
size_t symbolizer_find(struct symbolizer *symbolizer, uint64_t memory, uint64_t address, uint64_t slot,
		       bool is_return_address, struct source_frame *frames, size_t room);

/* The same, all frames, which live as long as `symbolizer`; NULL: the files say nothing. */
const struct code_source *symbolizer_source(struct symbolizer *symbolizer, uint64_t memory, uint64_t address,
					    uint64_t slot, bool is_return_address);

/* A file whose names could not be had, as "PATH: why", that has not been told yet; NULL: there is none (any more). Lives until the next
   call. */
const char *symbolizer_complaint(struct symbolizer *symbolizer);

#endif
