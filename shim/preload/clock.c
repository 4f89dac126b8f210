/*
 * clock.c: the clock, without a system call where that pays; see clock.h.
 *
 * Hot path. The vDSO (vdso(7)) uses no vector registers (the kernel builds it with -mno-sse), takes no lock and sets no errno. Its function
 * is looked up at its first use, which most processes never come to; two tasks that do so at once find the same.
 */
#include "preload/clock.h"

#include <elf.h>
#include <stdatomic.h>
#include <stddef.h>
#include <time.h>

#include "preload/modules.h"
#include "preload/process_start.h"
#include "preload/x86_64/syscall.h"

#define NOT_THERE UINT64_C(1)

static uint64_t vdso;             /* its load address; 0: there is none */
static _Atomic uint64_t function; /* 0: not looked up yet */

void
clock_init(void)
{
	vdso = process_start_auxiliary(AT_SYSINFO_EHDR);
}

bool
clock_is_vdso(const struct module *module)
{
	return vdso != 0 && module->start == vdso;
}

static uint64_t
look_up(void)
{
	const struct module *module = vdso != 0 ? modules_find(vdso) : NULL;
	uint64_t found = module != NULL ? module_find_symbol(module, "__vdso_clock_gettime") : 0;

	if (found == 0)
		found = NOT_THERE;
	atomic_store_explicit(&function, found, memory_order_relaxed);
	return found;
}

static uint64_t
nanoseconds(const struct timespec *time)
{
	return (uint64_t)time->tv_sec * 1000000000u + (uint64_t)time->tv_nsec;
}

uint64_t
clock_ask_kernel_ns(void)
{
	struct timespec now = {0, 0};

	syscall2(__NR_clock_gettime, CLOCK_MONOTONIC, (uint64_t)&now);
	return nanoseconds(&now);
}

uint64_t
clock_now_ns(void)
{
	uint64_t address = atomic_load_explicit(&function, memory_order_relaxed);
	struct timespec now = {0, 0};

	if (address == 0)
		address = look_up();
	if (address == NOT_THERE || ((int (*)(clockid_t, struct timespec *))address)(CLOCK_MONOTONIC, &now) != 0)
		return clock_ask_kernel_ns();
	return nanoseconds(&now);
}
