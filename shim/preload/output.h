/*
 * output.h: where lines go: standard error, or a file.
 *
 * The descriptor table is the program's. Standard error is written to only while it is still the file that it was at load. An
 * output file is held open above the numbers that programs use, and is written to only while that number still is that file; a
 * program that closes everything makes us open it anew, by its path.
 */
#ifndef PRELOAD_OUTPUT_H
#define PRELOAD_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

/* Opens `path` ("": standard error; %p is the pid), creating it 0600, never following a symbolic link. Constructor only.
   Returns 0, or -errno; standard error is used then. */
int output_init(const char *path, int32_t pid);

/* Writes one line, newline included, for process `pid`. Never blocks for long, never raises a signal in the program; what
   cannot be written is counted as lost. Hot path. */
void output_write(const char *line, size_t length, int32_t pid);

/* A line for the user, to standard error whatever the output is. Constructor and destructor. */
void output_complain(const char *line, size_t length);

#endif
