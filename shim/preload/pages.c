/* pages.c: see pages.h. Calls the kernel only. */
#include "preload/pages.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/mman.h>

#include "preload/x86_64/syscall.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* linux/mman.h, since 5.14; glibc 2.31 does not know it */
#endif

/* By its name behind what has no section of its own, and in front of the two of pages.h. */
static char data_end __attribute__((section(".bss.end")));

/* Where the data begin that are zero at first, from ld(1). What stands before them the loader has touched already. */
extern char __bss_start[] __attribute__((visibility("hidden")));

static _Atomic bool is_left_alone;

void
pages_leave_alone(void)
{
	atomic_store_explicit(&is_left_alone, true, memory_order_relaxed);
}

void
pages_bring_in(uint64_t start, uint64_t end)
{
	if (atomic_load_explicit(&is_left_alone, memory_order_relaxed))
		return;
	start &= ~(PAGE_SIZE - 1);
	end = (end + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
	syscall3(__NR_madvise, start, end - start, MADV_POPULATE_WRITE);
}

void
pages_bring_in_data(void)
{
	pages_bring_in((uint64_t)__bss_start, (uint64_t)&data_end + PAGE_SIZE);
}
