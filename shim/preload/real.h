/*
 * real.h: the functions that the interposers forward to, and libc's errno.
 *
 * Found without the loader's lock (modules.h), so they can be resolved at any time: in the constructor, or at the first use
 * when the program calls before it. Hot path.
 */
#ifndef PRELOAD_REAL_H
#define PRELOAD_REAL_H

#include <stdbool.h>
#include <stdint.h>

#include "decode/libc_calls.h"

/* Resolves all of libc_calls.h. */
void real_init(void);

/* The next definition of the call behind the shim; NULL: no loaded object has it. */
void *real_function(enum libc_call call);

/* libc's errno of the running thread; 0 when libc's errno cannot be found. */
int real_errno(void);
void real_set_errno(int error);

#endif
