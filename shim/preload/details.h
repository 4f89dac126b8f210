/*
 * details.h: what stands behind the pointers that a libc call was given.
 *
 * Read before the call is forwarded, and read as carefully as the kernel would: a bad pointer is the program's right. Hot path.
 */
#ifndef PRELOAD_DETAILS_H
#define PRELOAD_DETAILS_H

#include <stdbool.h>
#include <stdint.h>

#include "decode/event.h"

/* Whether any argument of `call` needs details. */
bool details_are_wanted(enum libc_call call);

/* Reads the first `keep` elements of a NULL-terminated vector of strings, and counts them all. False: some of the vector cannot be
   read. Strings are borrowed. */
bool details_read_vector(uint64_t address, struct event_string *strings, uint32_t keep, uint32_t *count);

/* Reads them. Strings are borrowed from the program. */
void details_read(enum libc_call call, const uint64_t *args, struct call_details *details);

#endif
