/*
 * probe.h: the probe that observes creation syscalls, as the rest of the shim sees it.
 *
 * The hooks run on the hot path, called by the architecture's stubs with the registers that the kernel will get.
 */
#ifndef PRELOAD_PROBE_H
#define PRELOAD_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "decode/config.h"
#include "decode/event.h"
#include "preload/call.h"

/* Installs what `wanted` asks for, as far as it can be; PROBE_AUTO changes no text yet. Constructor only. */
void probe_init(enum config_probe wanted, enum config_path path);

/* The program is about to do what may create, or what may keep text from being changed later: whatever is not installed yet, is now.
   Hot path; system calls and events only at the first time. */
void probe_be_ready(void);

/* Fills in the probe's part of a process event. */
void probe_describe(struct event_process *event);

/* Whether creation syscalls are observed at all. */
bool probe_is_installed(void);

/* Whether they are observed in windows alone (dispatch.h): where none could be opened, none are. */
bool probe_uses_windows(void);

/* Whether all system calls of libc calls are observed, and shown. */
bool probe_shows_paths(void);

/* Why a libc call has no syscall beside it. Static storage. */
const char *probe_not_observed_reason(void);

/* The hooks, one before and one behind the syscall instruction. `site` is the index that the stub was installed with, `args` the
   argument registers in the order rdi, rsi, rdx, r10, r8, r9 and behind them the number, `stack` the stack pointer at the site. The one behind runs in the
   parent only. Called from assembly. The one before returns 0, or the result, a negative errno, that the stub shall pretend to
   have got instead of making the syscall. */
int64_t probe_syscall_before(uint32_t site, const uint64_t *args, uint64_t stack);
void probe_syscall_after(uint64_t stack, int64_t result);

/* vfork or syscall is called, and will be left, by jumps: the call is described here and ended by the hooks. `stack` is the stack
   pointer that it will make its syscall with. */
void probe_announce_call(const struct call_entry *entry, uint64_t stack);

#endif
