/* clock.h: CLOCK_MONOTONIC in nanoseconds. Hot path. */
#ifndef PRELOAD_CLOCK_H
#define PRELOAD_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct module;

/* Remembers where the vDSO is. Constructor only, after modules_init(). */
void clock_init(void);

/* Whether `module` is the vDSO, the kernel's own code. */
bool clock_is_vdso(const struct module *module);

/* The time, through the vDSO; without it by the system call. */
uint64_t clock_now_ns(void);

/* The same by the system call: for the few events that many processes have nothing but, and that the vDSO's pages would have to be
   brought in for. */
uint64_t clock_ask_kernel_ns(void);

#endif
