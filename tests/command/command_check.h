/*
 * command_check.h: runs the cloneshim command, and programs that record into a trace.
 */
#ifndef COMMAND_COMMAND_CHECK_H
#define COMMAND_COMMAND_CHECK_H

#include "harness/run.h"

/* Path of the built command. Static storage. */
const char *command_path(void);

/* Runs `cloneshim` with the arguments up to NULL into `run`, to be freed by run_free(). Fails the test when it cannot be started. */
void command_run(struct run *run, const char *const *arguments);

/* The same, and fails the test unless it exits with 0 and says nothing on standard error. */
void command_run_well(struct run *run, const char *const *arguments);

/* Runs a program under the shim, recording into the trace at `trace`. `format`: live output besides, into run->log; NULL: none. */
void command_record(struct run *run, const char *const *argv, const char *trace, const char *format);

/* Sorts the lines of `text` in place: tasks that write at the same time have no order. */
void command_sort_lines(char *text);

#endif
