/* damage.h: says what of a trace could not be read. */
#ifndef CLI_DAMAGE_H
#define CLI_DAMAGE_H

#include <stddef.h>

#include "cli/trace_events.h"

#define DAMAGE_TEXT_MAX 512

/* In words, without a newline, into the DAMAGE_TEXT_MAX bytes of `text`. Returns their length; 0: all was read. */
size_t damage_describe(const struct trace_damage *damage, char *text);

/* One line on standard error, to be said behind the output; nothing where all was read. `path` is the trace's. */
void damage_report(struct trace_events *events, const char *path);

#endif
