/*
 * summary_print.h: a summary as a table for people, and as JSON for programs.
 */
#ifndef CLI_SUMMARY_PRINT_H
#define CLI_SUMMARY_PRINT_H

#include "cli/summary.h"
#include "cli/symbolizer.h"

/* On standard output. False: out of memory, or it could not be written. `symbolizer` names callers; NULL: what the trace itself tells. */
bool summary_print_text(struct summary *summary, struct symbolizer *symbolizer);
bool summary_print_json(struct summary *summary, struct symbolizer *symbolizer);

/* The innermost function and source line of a row's caller. False: the files say nothing. */
bool summary_caller_source(const struct summary_row *row, struct symbolizer *symbolizer, struct source_frame *frame);

#endif
