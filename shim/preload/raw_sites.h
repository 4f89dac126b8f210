/*
 * raw_sites.h: creation syscalls that are made outside libc: inline assembly, language runtimes, sandboxes.
 *
 * The text of every object but libc is searched for sites, of those that dlopen brings before their constructors run
 * (later_objects.h). Those that are proven to be ones are patched like libc's; the others are left alone, and named, so that a
 * person knows what could be missing.
 */
#ifndef PRELOAD_RAW_SITES_H
#define PRELOAD_RAW_SITES_H

#include <stdbool.h>

#include "decode/event.h"

struct module;

/* Searches the objects that are loaded at the start. Constructor only; the probe is installed. */
void raw_sites_init(void);

/* Fills in what was left alone at the start. */
void raw_sites_describe(struct event_process *event);

/* Whether no place was left alone. Constructor, after raw_sites_init(). */
bool raw_sites_are_all_observed(void);

/* Whether objects loaded at the start make system calls of their own that are sites, or may be any. */
bool raw_sites_are_there(void);

/* Searches an object that was loaded later, and tells of it where it has sites. During the loader's notice. */
void raw_sites_search_later(const struct module *module);

/* Tells of an object that is not searched, and why; `path` NULL: not known. Hot path. */
void raw_sites_tell_unsearched(const char *path, const char *reason);

/* dlmopen was asked for `file` in another namespace, which is left alone: says so. Hot path. */
void raw_sites_tell_namespace(const char *file);

#endif
