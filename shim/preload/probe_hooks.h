/*
 * probe_hooks.h: what the architecture's stubs call at each observed site.
 *
 * Hot path, with the registers that the kernel will get.
 */
#ifndef PRELOAD_PROBE_HOOKS_H
#define PRELOAD_PROBE_HOOKS_H

#include <stdint.h>

#include "preload/call.h"

/* The hooks, one before and one behind the syscall instruction. `site` is the index that the stub was installed with, `args` the
   argument registers in the order rdi, rsi, rdx, r10, r8, r9 and behind them the number, `stack` the stack pointer at the site. The one behind runs in the
   parent only. Called from assembly. The one before returns 0, or the result, a negative errno, that the stub shall pretend to
   have got instead of making the syscall. */
int64_t probe_hooks_before(uint32_t site, const uint64_t *args, uint64_t stack);
void probe_hooks_after(uint64_t stack, int64_t result);

/* vfork or syscall is called, and will be left, by jumps: the call is described here and ended by the hooks. `stack` is the stack
   pointer that it will make its syscall with. */
void probe_hooks_announce(const struct call_entry *entry, uint64_t stack);

#endif
