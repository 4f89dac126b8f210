/*
 * summary_rows.h: the rows of a summary while it is added up, found by what they are about.
 */
#ifndef CLI_SUMMARY_ROWS_H
#define CLI_SUMMARY_ROWS_H

#include "cli/summary.h"

struct summary_rows;

/* NULL: out of memory. */
struct summary_rows *summary_rows_new(enum summary_by by, summary_namer *namer, void *context);

/* The row of this kind, call, path and, by caller, place; a new one when there is none yet. NULL: out of memory. */
struct summary_row *summary_rows_find(struct summary_rows *rows, const struct summary_row *like);

/* Moves all rows to `summary`, and frees the rest. */
void summary_rows_move(struct summary_rows *rows, struct summary *summary);

void summary_row_free(struct summary_row *row);

#endif
