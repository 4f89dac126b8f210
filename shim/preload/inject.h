/*
 * inject.h: creation syscalls that are made to fail on purpose, CLONESHIM_INJECT.
 *
 * As in strace, invocations are counted per syscall and per task.
 */
#ifndef PRELOAD_INJECT_H
#define PRELOAD_INJECT_H

#include "decode/inject_rules.h"

/* Sets the rules to follow. Constructor only. */
void inject_init(const struct inject_rules *rules);

/* Task `tid` is about to make syscall `nr`. Returns 0, or the errno value that it shall get instead. Hot path. */
int inject_error(uint32_t nr, int32_t tid);

#endif
