/*
 * clock.c: CLOCK_MONOTONIC without a system call, through the vDSO (vdso(7)).
 *
 * Hot path. The vDSO's code uses no vector registers (the kernel builds it with -mno-sse), takes no lock and sets no errno.
 */
#include "preload/clock.h"

#include <stddef.h>
#include <time.h>

#include "preload/modules.h"
#include "preload/x86_64/syscall.h"

static int (*vdso_clock_gettime)(clockid_t clock, struct timespec *time);

/* The vDSO is in the loader's list, last but for the loader. */
void
clock_init(void)
{
	const struct module *module;
	uint64_t address = 0;

	for (size_t place = 0; address == 0 && (module = modules_at(place)) != NULL; place++)
		address = module_find_symbol(module, "__vdso_clock_gettime");
	vdso_clock_gettime = (int (*)(clockid_t, struct timespec *))address;
}

uint64_t
clock_now_ns(void)
{
	struct timespec now = {0, 0};

	if (vdso_clock_gettime == NULL || vdso_clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		syscall2(__NR_clock_gettime, CLOCK_MONOTONIC, (uint64_t)&now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}
