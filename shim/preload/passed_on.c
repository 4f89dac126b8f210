/* passed_on.c: see passed_on.h. */
#include "preload/passed_on.h"

#include <stdatomic.h>
#include <stddef.h>

#include "preload/modules.h"

/* Before 2.34 glibc has some of them in libraries that an object may bring and take away again: only what stays is remembered. */
const void *
passed_on_find(_Atomic uint64_t *cache, const char *name, void (*missing)(void))
{
	uint64_t address = atomic_load_explicit(cache, memory_order_relaxed);

	if (address == 0) {
		address = modules_find_next(name);
		if (modules_find(address) != NULL)
			atomic_store_explicit(cache, address, memory_order_relaxed);
	}
	return address != 0 ? (const void *)address : (const void *)missing;
}
