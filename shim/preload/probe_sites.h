/*
 * probe_sites.h: where libc makes its creation syscalls.
 *
 * Constructor only. What a site looks like is the architecture's; which sites a libc must have is a table here.
 */
#ifndef PRELOAD_PROBE_SITES_H
#define PRELOAD_PROBE_SITES_H

#include <stdint.h>

#include "cloneshim/trace.h"
#include "decode/out.h"
#include "preload/modules.h"
#include "preload/probe_patch.h"

#define PROBE_SITES_MAX 32                            /* as many as there are stubs */
#define LIBC_SITES_MAX CLONESHIM_TRACE_LIBC_SITES_MAX /* of these, for libc's own */

/* Finds all creation sites of `libc`, each proven. Returns their number; or -errno with the reason in `reason`. */
int probe_sites_find(const struct module *libc, struct probe_site sites[LIBC_SITES_MAX], struct out *reason);

#endif
