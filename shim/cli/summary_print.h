/*
 * summary_print.h: a summary as a table for people, and as JSON for programs.
 */
#ifndef CLI_SUMMARY_PRINT_H
#define CLI_SUMMARY_PRINT_H

#include "cli/summary.h"

/* On standard output. False: out of memory, or it could not be written. */
bool summary_print_text(struct summary *summary);
bool summary_print_json(struct summary *summary);

#endif
