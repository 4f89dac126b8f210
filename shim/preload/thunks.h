/*
 * thunks.h: brings a stub within a jump's reach of a site that is farther away from this library than two gigabytes.
 *
 * No code is generated: a page of this library's own text is mapped once more, near the site, with a page of addresses behind it.
 * One task at a time.
 */
#ifndef PRELOAD_THUNKS_H
#define PRELOAD_THUNKS_H

#include <stdint.h>

/* The address of a thunk within reach of the text that begins at `near`, which leads to `target`; 0: there is no room. */
uint64_t thunks_make(uint64_t near, uint64_t target);

#endif
