/*
 * places.h: what stands where in which memory, collected from a trace before its events are gone through.
 *
 * A copy of a process inherits what its original's memory holds.
 */
#ifndef CLI_PLACES_H
#define CLI_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/trace_events.h"

struct places;

/* Empty; NULL: out of memory. */
struct places *places_new(void);
void places_free(struct places *places);

/* A string that lives as long as `places`, the same pointer for the same bytes. NULL: out of memory. */
const char *places_keep_string(struct places *places, const char *bytes, size_t length);

/* Each as a record says it. False: out of memory. */
bool places_add_memory(struct places *places, uint64_t memory, uint64_t copied_memory);
bool places_add_module(struct places *places, const struct trace_module *module);
bool places_add_location(struct places *places, uint64_t memory, uint64_t slot, const struct code_location *location);

/* Everything has been added; from now on it can be asked for. */
void places_seal(struct places *places);

/* The memory that this one is a copy of; CLONESHIM_TRACE_NOWHERE: of none that is known. */
uint64_t places_original(const struct places *places, uint64_t memory);

/* What stands at an address; where nobody told, the address alone. Of several that were told for one address, the last before `slot`, or
   the first behind it: the record that tells may be written a little later than the one that needs it. */
void places_locate(const struct places *places, uint64_t memory, uint64_t address, uint64_t slot,
		   struct code_location *location);

/* The module that holds an address, chosen alike; NULL: none is known. */
const struct trace_module *places_module(const struct places *places, uint64_t memory, uint64_t address, uint64_t slot);

#endif
