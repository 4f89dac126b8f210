/*
 * probe_patch.h: the probe that replaces the `mov` in front of libc's creation syscalls by a jump to a stub.
 *
 * Declared for every architecture; the code is in the architecture's folder.
 */
#ifndef PRELOAD_PROBE_PATCH_H
#define PRELOAD_PROBE_PATCH_H

#include <stdint.h>

#include "decode/out.h"

struct probe_site {
	uint64_t address; /* of the syscall instruction */
	uint32_t nr;      /* of the syscall */
};

/* Finds libc's creation sites and patches all of them or, when any check fails, none. Returns 0; or -errno with the reason, a
   few words, in `reason`. Constructor only. */
int probe_patch_install(struct out *reason);

/* The sites, once installed. Hot path. */
uint32_t probe_patch_site_count(void);
const struct probe_site *probe_patch_site(uint32_t index);

#endif
