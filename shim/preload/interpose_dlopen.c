/* interpose_dlopen.c: the C half of dlopen(3), dlmopen(3) and dlsym(3); the other is x86_64/passed_on.S. Hot path; forwards to the loader. */
#include <dlfcn.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/init.h"
#include "preload/later_objects.h"
#include "preload/passed_on.h"
#include "preload/probe.h"
#include "preload/raw_sites.h"
#include "preload/trace_places.h"

void interpose_missing_pointer(void);
const void *interpose_dlopen(void);
const void *interpose_dlmopen(int64_t namespace, const char *file);

const void *
interpose_dlopen(void)
{
	static _Atomic uint64_t cache;

	if (init_is_active()) {
		probe_be_ready();
		later_objects_expect();
		trace_places_forget_later();
	}
	return passed_on_find(&cache, "dlopen", interpose_missing_pointer);
}

/* What lives in a namespace of its own brings its own libc, whose sites nobody looks for. */
const void *
interpose_dlmopen(int64_t namespace, const char *file)
{
	static _Atomic uint64_t cache;
	bool is_active = init_is_active();

	if (is_active)
		probe_be_ready();
	if (is_active && namespace != LM_ID_BASE)
		raw_sites_tell_namespace(file);
	else if (is_active)
		later_objects_expect();
	if (is_active)
		trace_places_forget_later();
	return passed_on_find(&cache, "dlmopen", interpose_missing_pointer);
}

/* Who asks for libc's own fork gets past the shim's. */
PASS_ON_WHEN_READY(dlsym, interpose_missing_pointer)
PASS_ON_WHEN_READY(dlvsym, interpose_missing_pointer)
