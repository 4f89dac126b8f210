/*
 * stubs.h: what stubs.S and probe_patch.c agree on. Included by both, so constants only outside the C part.
 */
#ifndef PRELOAD_X86_64_STUBS_H
#define PRELOAD_X86_64_STUBS_H

#define STUB_SIZE 512 /* power of two; stubs are aligned to it */
#define SLOT_SIZE 24
#define SLOT_RESUME 0
#define SLOT_SYSCALL 8
#define SLOT_NR 16
#define SAVED_SIZE 72 /* what save_registers pushes */

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

/* What a stub needs to know of its site. Written before the site is patched, constant afterwards. */
struct stub_slot {
	uint64_t resume;          /* where the stub goes on: behind the site's syscall instruction */
	uint64_t syscall_address; /* the site's syscall instruction, for the unwinder */
	uint32_t nr;
};

_Static_assert(sizeof(struct stub_slot) == SLOT_SIZE, "SLOT_SIZE");
_Static_assert(offsetof(struct stub_slot, resume) == SLOT_RESUME, "SLOT_RESUME");
_Static_assert(offsetof(struct stub_slot, syscall_address) == SLOT_SYSCALL, "SLOT_SYSCALL");
_Static_assert(offsetof(struct stub_slot, nr) == SLOT_NR, "SLOT_NR");

extern struct stub_slot probe_slots[];

/* The first stub of each kind; stub N stands N * STUB_SIZE bytes behind it. */
extern const uint8_t probe_stub_0[], probe_syscall_stub_0[], probe_musl_clone_stub_0[];

#endif
#endif
