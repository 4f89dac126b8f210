/*
 * probe_patch.h: the probe that replaces an instruction in front of libc's creation syscalls by a jump to a stub.
 *
 * Declared for every architecture; the code is in the architecture's folder.
 */
#ifndef PRELOAD_PROBE_PATCH_H
#define PRELOAD_PROBE_PATCH_H

#include <stdint.h>

#include "decode/event.h"
#include "decode/out.h"

struct module;

struct probe_site {
	uint64_t address; /* of the syscall instruction */
	uint64_t jump;    /* of the instruction in front of it that gives way to the jump */
	uint32_t nr;      /* of the syscall; EVENT_ANY_NR: whatever the program asks for */
	uint32_t shape;   /* what stands there, in the architecture's terms */
};

/* Keeps the first `count` places of the table for libc's sites, which are to be found later. Constructor only. */
void probe_patch_expect(uint32_t count);

/* Finds libc's creation sites and proves that they can be patched. Returns 0; or -errno with the reason, a few words, in `reason`. Once. */
int probe_patch_find(struct out *reason);

/* Patches all of libc's sites that were found or, when any check fails, none. Returns 0; or -errno with the reason in `reason`. Once. */
int probe_patch_libc(struct out *reason);

/* Patches one more proven site, in `module`. Returns 0; or -errno with the reason in `reason`: the text is as it was. -ENOSPC: as
   many as can be are patched. Constructor, or during the loader's notice. */
int probe_patch_add(const struct module *module, const struct probe_site *site, struct out *reason);

/* The text from `start` to `end` has been unloaded: the stubs of its sites may serve others. During the loader's notice. */
void probe_patch_forget(uint64_t start, uint64_t end);

/* A stub for a site that is not patched, as dispatch.h needs it: what is sent there makes the system call between the hooks, and goes
   on behind the site. Each site and number gets one, for good; 0: there are no more. Hot path. */
uint64_t probe_patch_lend_stub(uint64_t address, uint32_t nr);

/* The sites; among them some that are gone, or not found yet. Hot path. */
uint32_t probe_patch_site_count(void);
const struct probe_site *probe_patch_site(uint32_t index);

#endif
