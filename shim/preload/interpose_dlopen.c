/* interpose_dlopen.c: the C half of dlopen(3) and dlmopen(3); the other is x86_64/passed_on.S. Hot path; forwards to the loader. */
#include <dlfcn.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/init.h"
#include "preload/later_objects.h"
#include "preload/modules.h"
#include "preload/raw_sites.h"
#include "preload/trace_places.h"

void interpose_dlopen_missing(void);
const void *interpose_dlopen(void);
const void *interpose_dlmopen(int64_t namespace, const char *file);

/* Before 2.34 glibc has these in libdl, which an object may bring and take away again: only what stays is remembered. */
static const void *
find(_Atomic uint64_t *cache, const char *name)
{
	uint64_t address = atomic_load_explicit(cache, memory_order_relaxed);

	if (address == 0) {
		address = modules_find_next(name);
		if (modules_find(address) != NULL)
			atomic_store_explicit(cache, address, memory_order_relaxed);
	}
	return address != 0 ? (const void *)address : (const void *)interpose_dlopen_missing;
}

const void *
interpose_dlopen(void)
{
	static _Atomic uint64_t cache;

	if (init_is_active()) {
		later_objects_expect();
		trace_places_forget_later();
	}
	return find(&cache, "dlopen");
}

/* What lives in a namespace of its own brings its own libc, whose sites nobody looks for. */
const void *
interpose_dlmopen(int64_t namespace, const char *file)
{
	static _Atomic uint64_t cache;
	bool is_active = init_is_active();

	if (is_active && namespace != LM_ID_BASE)
		raw_sites_tell_namespace(file);
	else if (is_active)
		later_objects_expect();
	if (is_active)
		trace_places_forget_later();
	return find(&cache, "dlmopen");
}
