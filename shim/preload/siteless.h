/*
 * siteless.h: objects that have been searched for creation syscalls and have none, remembered in the trace.
 *
 * A tree of processes runs the same few programs again and again, and searching their text costs more than anything else at a start. An
 * object is known by its build-id; one without is searched each time, and so is every one where there is no trace.
 */
#ifndef PRELOAD_SITELESS_H
#define PRELOAD_SITELESS_H

#include <stdbool.h>

struct module;

/* Whether `module` was found to have no sites, by this process or another. Constructor, or during the loader's notice. */
bool siteless_is_known(const struct module *module);

/* It was searched, and there was nothing, neither a site nor what might be one. Where there is no room it is not remembered. */
void siteless_remember(const struct module *module);

#endif
