/* trace_file.h: opens the trace that this process will record into. Constructor only; what comes after is in trace_windows.h. */
#ifndef PRELOAD_TRACE_FILE_H
#define PRELOAD_TRACE_FILE_H

#include <stdint.h>

#include "decode/out.h"

/* Joins the trace at `path`, or makes one with room for `size` bytes. Returns 0, or a negative errno with the reason in `why`: the program
   is then not recorded. */
int trace_file_open(const char *path, uint64_t size, struct out *why);

#endif
