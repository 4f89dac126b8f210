/*
 * trace_places.h: tells the trace once what stands where: the loaded objects, and the addresses that its records mention.
 *
 * Hot path: for an address that has been told, a look into a table; else the search of modules.h and a record or two.
 */
#ifndef PRELOAD_TRACE_PLACES_H
#define PRELOAD_TRACE_PLACES_H

#include <stdint.h>

#include "decode/event.h"

/* Records every object of the startup table. `head` and `time_ns` are those of the process event. */
void trace_places_tell_modules(const struct event_head *head, uint64_t time_ns);

/* Makes sure that the trace knows what stands at `address`; nothing for 0. */
void trace_places_tell(uint64_t address, const struct event_head *head);

/* The same, where that has been found out. */
void trace_places_tell_location(const struct code_location *location, const struct event_head *head);

/* The loader is asked for an object, or has taken some away: where later objects were, others may be soon, and what stands there
   has to be told anew. Makes no system call. */
void trace_places_forget_later(void);

#endif
