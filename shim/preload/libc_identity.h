/*
 * libc_identity.h: which libc the program runs on.
 *
 * Found in the constructor, constant afterwards.
 */
#ifndef PRELOAD_LIBC_IDENTITY_H
#define PRELOAD_LIBC_IDENTITY_H

#include <stdbool.h>

#include "cloneshim/trace.h"
#include "preload/modules.h"

struct libc_identity {
	const struct module *module; /* NULL: no known libc is loaded */
	char name[32];               /* "glibc 2.36", "musl 1.2.3"; "musl" where its version is not known */
	bool is_glibc;
	unsigned minor;                    /* glibc 2.36: 36 */
	bool is_known;                     /* another process has found … */
	struct cloneshim_trace_libc known; /* … this of it, a copy of what it has put into the trace */
};

/* Finds libc among the modules and asks it who it is, or the trace. */
void libc_identity_init(void);

const struct libc_identity *libc_identity(void);

/* Whether the code at `address` is libc's own. Before 2.34 glibc was several libraries that call each other as the program calls
   them. Hot path. */
bool libc_identity_holds(uint64_t address);

#endif
