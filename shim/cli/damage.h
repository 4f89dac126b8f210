/* damage.h: says what of a trace could not be read. */
#ifndef CLI_DAMAGE_H
#define CLI_DAMAGE_H

#include "cli/trace_events.h"

/* One line on standard error, to be said behind the output; nothing where all was read. `path` is the trace's. */
void damage_report(struct trace_events *events, const char *path);

#endif
