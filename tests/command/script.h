/* script.h: shell scripts around the cloneshim command, in a directory of their own. */
#ifndef COMMAND_SCRIPT_H
#define COMMAND_SCRIPT_H

#include "harness/run.h"

/* A directory, and in it the path of a trace, "t", that is not there yet. */
struct place {
	char *directory, *trace;
};

struct place script_place(void);
void script_place_remove(struct place *place);

/* Runs `sh -c SCRIPT` there, in which $C is the command, $P the folder of the test programs, and $T the trace. Fails the test when it
   cannot be started, or does not end. `run` is to be freed by run_free(). */
void script_run(struct run *run, const struct place *place, const char *script);

#endif
