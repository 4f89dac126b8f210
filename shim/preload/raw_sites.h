/*
 * raw_sites.h: creation syscalls that are made outside libc: inline assembly, language runtimes, sandboxes.
 *
 * The text of every object but libc that is loaded at the start is searched for sites. Those that are proven to be ones are patched like libc's; the others are
 * left alone, and named, so that a person knows what could be missing. What dlopen brings later is not searched: another thread may
 * unload it while its text is read or replaced.
 */
#ifndef PRELOAD_RAW_SITES_H
#define PRELOAD_RAW_SITES_H

#include "decode/event.h"

/* Searches the objects that are loaded at the start. Constructor only; the probe is installed. */
void raw_sites_init(void);

/* Fills in what was left alone. */
void raw_sites_describe(struct event_process *event);

/* dlmopen was asked for `file` in another namespace, which is left alone: says so. Hot path. */
void raw_sites_tell_namespace(const char *file);

#endif
