/*
 * path_check.h: the path of a call, as CLONESHIM_PATH=full shows it, held against strace over the same program without the shim: the
 * same system calls, one after the other, with the same arguments and results.
 */
#ifndef HARNESS_PATH_CHECK_H
#define HARNESS_PATH_CHECK_H

#include <stddef.h>

/* The calls that can be held against strace, and so what may be `call`; NULL-terminated. */
extern const char *const path_check_calls[];

/* Runs `program`, a build of tests/system/programs/path_calls.c, for `call`: under strace, and under the shim. Skips the test where strace
   cannot be had. Returns how many system calls were compared. */
size_t path_check(const char *program, const char *call);

#endif
