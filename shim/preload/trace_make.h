/* trace_make.h: makes a new trace as a file, for a program that was told of one that is not there (CLONESHIM_TRACE). Constructor only. */
#ifndef PRELOAD_TRACE_MAKE_H
#define PRELOAD_TRACE_MAKE_H

#include <stdbool.h>
#include <stdint.h>

/* Makes the trace at `path`, with room for `size` bytes. `replaces`: an empty file is there. Returns 0 or a negative errno; -EEXIST:
   somebody else was faster. */
int64_t trace_make(const char *path, uint64_t size, bool replaces);

/* Keeps all others that would make a trace in the same directory waiting, until what is returned is closed: a descriptor, or a negative
   errno where there is no such directory. */
int64_t trace_make_lock(const char *path);

#endif
