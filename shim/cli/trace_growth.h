/*
 * trace_growth.h: extends a trace ahead of those who record into it.
 *
 * Nobody tells when room gets short: one looks. What is kept free is so much that it lasts until the next look, and grows with what has
 * been used, so that a long run costs few steps.
 */
#ifndef CLI_TRACE_GROWTH_H
#define CLI_TRACE_GROWTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/trace_new.h"

struct trace_growth {
	struct trace_new *trace;
	uint64_t next;     /* slots that were in use at the last look */
	uint64_t retry_ns; /* when to try again what failed; 0: nothing failed */
	int wait_ms;       /* until the next look */
	bool has_told;     /* that it cannot be extended */
};

void trace_growth_start(struct trace_growth *growth, struct trace_new *trace);

/* Extends the trace, if there is need. Returns how many milliseconds to wait before the next look. With text in `why` (of `size`
   bytes), which else becomes "": room is short and it cannot be extended; said once. */
int trace_growth_look(struct trace_growth *growth, char *why, size_t size);

#endif
