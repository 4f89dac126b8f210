/*
 * known_objects.h: what has been found out about objects, remembered in the trace.
 *
 * A tree of processes runs the same few programs again and again, and searching their text costs more than anything else at a start. An
 * object is known by its build-id; one without is searched each time, and so is every one where there is no trace. Constructor, or
 * during the loader's notice.
 */
#ifndef PRELOAD_KNOWN_OBJECTS_H
#define PRELOAD_KNOWN_OBJECTS_H

#include <stdbool.h>
#include <stdint.h>

#include "cloneshim/trace.h"

struct module;

/* What an object is known by; 0: nothing. */
uint64_t known_objects_key(const struct module *module);

/* Whether `module` was found to have no sites, by this process or another. */
bool known_objects_is_siteless(const struct module *module);

/* It was searched, and there was nothing, neither a site nor what might be one. Where there is no room it is not remembered. */
void known_objects_remember_siteless(const struct module *module);

/* Whether `module` was found to be a libc, by this process or another; then `libc` becomes what was found. */
bool known_objects_libc(const struct module *module, struct cloneshim_trace_libc *libc);

/* Remembers `libc`, but for its key. Where there is no room it is not remembered. */
void known_objects_remember_libc(const struct module *module, const struct cloneshim_trace_libc *libc);

#endif
