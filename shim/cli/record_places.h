/* record_places.h: the records that tell what stands at which address in whose memory. */
#ifndef CLI_RECORD_PLACES_H
#define CLI_RECORD_PLACES_H

#include "cli/places.h"
#include "cli/trace_reader.h"

/* Goes through the whole trace, and leaves the reader at its begin and `places` sealed. */
void record_places_collect(struct places *places, struct trace_reader *reader);

#endif
