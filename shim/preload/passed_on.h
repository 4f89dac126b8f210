/* passed_on.h: what the functions have in common that are passed on as they came (x86_64/passed_on.S). Hot path. */
#ifndef PRELOAD_PASSED_ON_H
#define PRELOAD_PASSED_ON_H

#include <stdint.h>

#include "preload/init.h"
#include "preload/probe.h"

/* The next definition of `name` behind the shim's, kept in `cache` (0 at first); where there is none, `missing`. */
const void *passed_on_find(_Atomic uint64_t *cache, const char *name, void (*missing)(void));

/* The C half of a function that may lead to a site past all that is interposed: it is passed on when the probe is ready. */
#define PASS_ON_WHEN_READY(function, missing)                      \
	const void *interpose_##function(void);                    \
	const void *interpose_##function(void)                     \
	{                                                          \
		static _Atomic uint64_t cache;                     \
                                                                   \
		if (init_is_active())                              \
			probe_be_ready();                          \
		return passed_on_find(&cache, #function, missing); \
	}

#endif
