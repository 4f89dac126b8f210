/*
 * trace_new.h: makes a new trace for programs to record into.
 *
 * It is made complete under another name and then put in its place, so that whoever opens it finds it whole, and whoever still has
 * mapped what was there before keeps that.
 */
#ifndef CLI_TRACE_NEW_H
#define CLI_TRACE_NEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cloneshim/trace.h"

struct trace_new {
	int fd;                                /* closed by exec; none of 0, 1 and 2 */
	struct cloneshim_trace_header *header; /* mapped shared */
	uint64_t size;                         /* bytes of the file that are allocated */
};

/* A trace of `size` bytes at `path`. Only a regular file is replaced, never a symbolic link, a device or a pipe. False: nothing was
   changed, and `why` (of `why_size` bytes) says in one line, without the path, why. */
bool trace_new_make(struct trace_new *trace, const char *path, uint64_t size, char *why, size_t why_size);

/* Lets go of it; the file stays as it is. */
void trace_new_release(struct trace_new *trace);

#endif
