/*
 * progress.h: how far a long work on a trace is, on the terminal.
 *
 * Only where standard error is a terminal and standard output is not: else the output itself tells, or nobody looks. One line, which is
 * taken away at the end.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "cli/trace_reader.h"

/* `doing` ("reading") is borrowed, and lives until the end. */
void progress_start(const char *doing, const struct trace_reader *reader);

/* An event more; cheap. */
void progress_step(void);

void progress_end(void);

#endif
