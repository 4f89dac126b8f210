/* output.h: standard output of a subcommand, to its end. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>

/* To be asked after a write: whether there is still somebody to write to. `cloneshim show … | head` reads a few lines and leaves. */
bool output_goes_on(void);

/* Writes out what is buffered. Returns the exit status: 0, also when the reader has left; 1, said on standard error, when it could not
   be written. */
int output_finish(void);

#endif
