/* interpose_dlopen.c: the C half of dlopen(3); the other is x86_64/dlopen.S. Hot path; forwards to the loader. */
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/init.h"
#include "preload/modules.h"
#include "preload/raw_sites.h"

void interpose_dlopen_missing(void);
const void *interpose_dlopen(void);

static _Atomic uint64_t forward;

const void *
interpose_dlopen(void)
{
	bool is_active = init_is_active();
	uint64_t address = atomic_load_explicit(&forward, memory_order_relaxed);

	if (address == 0) {
		address = modules_find_next("dlopen");
		atomic_store_explicit(&forward, address, memory_order_relaxed);
	}
	if (is_active)
		raw_sites_expect();
	return address != 0 ? (const void *)address : (const void *)interpose_dlopen_missing;
}
