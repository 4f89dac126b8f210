/*
 * real.h: the functions that the interposers forward to, and libc's errno.
 *
 * Found without the loader's lock (modules.h), so each is looked up when it is first used, wherever that is: a program that makes
 * no task pays for none. Hot path.
 */
#ifndef PRELOAD_REAL_H
#define PRELOAD_REAL_H

#include <stdbool.h>
#include <stdint.h>

#include "decode/libc_calls.h"

/* The next definition of the call behind the shim; NULL: no loaded object has it. */
void *real_function(enum libc_call call);

/* libc's errno of the running thread; 0 when libc's errno cannot be found. */
int real_errno(void);
void real_set_errno(int error);

#endif
