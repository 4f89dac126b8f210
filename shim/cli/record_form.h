/* record_form.h: what a record of each kind holds at least, and its fixed part, whichever cloneshim wrote it. */
#ifndef CLI_RECORD_FORM_H
#define CLI_RECORD_FORM_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "cli/trace_reader.h"

/* Its fixed part of the size that this cloneshim knows, zeros in what the record lacks. */
#define RECORD_FIXED(entry, fixed)                                                                 \
	do {                                                                                       \
		size_t size_ = (entry)->payload->fixed;                                            \
		memset(&(fixed), 0, sizeof(fixed));                                                \
		memcpy(&(fixed), (entry)->payload, size_ < sizeof(fixed) ? size_ : sizeof(fixed)); \
	} while (0)

static inline bool
record_has(uint32_t flags, uint32_t flag)
{
	return (flags & flag) != 0;
}

/* Kinds that a later cloneshim adds are none that this one could tell of. */
bool record_is_known(enum cloneshim_trace_kind kind);

/* Of those that are known: whether it is an event, and not what stands at an address. */
bool record_is_event(enum cloneshim_trace_kind kind);

/* Of a kind that is known. A record that is shorter than its kind would say 0 where nothing was recorded. */
bool record_is_long_enough(const struct trace_entry *entry);

#endif
