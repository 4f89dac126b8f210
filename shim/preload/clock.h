/* clock.h: the time. Hot path after clock_init(). */
#ifndef PRELOAD_CLOCK_H
#define PRELOAD_CLOCK_H

#include <stdint.h>

/* Finds the vDSO's clock among the loaded modules; without it the system call is used. Constructor only. */
void clock_init(void);

/* CLOCK_MONOTONIC in nanoseconds. */
uint64_t clock_now_ns(void);

#endif
