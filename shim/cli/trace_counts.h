/* trace_counts.h: how much of what a trace holds. */
#ifndef CLI_TRACE_COUNTS_H
#define CLI_TRACE_COUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/trace_reader.h"

struct trace_counts {
	uint64_t processes; /* process records: programs and copies that came under the shim */
	uint64_t creations; /* system calls that returned the id of a new task */
	uint64_t calls;     /* libc calls that were made */
	uint64_t syscalls;  /* system calls that reached the kernel */
	uint64_t injected;  /* and those that were made to fail before */
	struct trace_damage damage;
};

/* Counts what can be read of the trace that is open as `fd`. False: it cannot be read, and `why` (of `size` bytes) says why. */
bool trace_counts_take(struct trace_counts *counts, int fd, char *why, size_t size);

/* "412 tasks, 398 calls, 411 system calls, 0 lost": tasks are the program and those that it and its tasks were seen to create. What was
   injected, and what could not be read, is named where there is any. */
void trace_counts_print(const struct trace_counts *counts, char *text, size_t size);

#endif
