/* compare_run.h: records what a command does, to compare it at once: as `cloneshim run -o TRACE` does. */
#ifndef CLI_COMPARE_RUN_H
#define CLI_COMPARE_RUN_H

#include <stdbool.h>

/* Whether `command` can be divided into words; if not, one line on standard error says what is expected. */
bool compare_run_accepts(const char *command);

/* Runs `command`, words as a shell divides them, and records into a new trace at `trace`. What it prints goes to standard error: standard
   output is for the comparison. `path` is the value of CLONESHIM_PATH; NULL: as it is. Returns 0; or, said on standard error, the exit status that is
   ours then: 2: it could not be started or traced, 130: it was interrupted. */
int compare_run(const char *command, const char *trace, const char *path);

#endif
