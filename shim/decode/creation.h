/*
 * creation.h: what a creation syscall asks the kernel for, whichever of the four it is.
 *
 * clone, clone3, fork and vfork pass the same request in different ways; this is the one place that knows the ways. Never
 * allocates, never prints: safe on the hot path.
 */
#ifndef DECODE_CREATION_H
#define DECODE_CREATION_H

#include <stdbool.h>
#include <stdint.h>

#include "decode/event.h"

struct creation {
	uint64_t flags;       /* CLONE_ flags without the exit signal */
	uint64_t exit_signal; /* 0: none */
	uint64_t stack;       /* clone: the initial stack pointer; clone3: the lowest address; 0: none given */
	uint64_t parent_tid;  /* address, with CLONE_PARENT_SETTID */
	uint64_t tls;         /* the thread pointer, with CLONE_SETTLS */
	uint64_t set_tid_size;
	uint64_t cgroup; /* with CLONE_INTO_CGROUP */
};

/* Fills `creation` from the registers and the clone_args that the kernel got. Returns false, with everything 0, when they
   are not known: an nr that creates nothing, or a clone3 whose clone_args were not observed. */
bool creation_of_syscall(struct creation *creation, const struct event_syscall *event);

#endif
