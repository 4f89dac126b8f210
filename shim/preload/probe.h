/* probe.h: which probe observes creation syscalls: its choice, its installation, and what there is to tell of it. */
#ifndef PRELOAD_PROBE_H
#define PRELOAD_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "decode/config.h"
#include "decode/event.h"

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

/* Whether the syscall that libc's `call` will make is observed: vfork or syscall, which make one each. Hot path. */
bool probe_observes(enum libc_call call);

#endif
