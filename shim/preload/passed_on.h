/* passed_on.h: what the functions have in common that are passed on as they came (x86_64/passed_on.S). Hot path. */
#ifndef PRELOAD_PASSED_ON_H
#define PRELOAD_PASSED_ON_H

#include <stdint.h>

/* The next definition of `name` behind the shim's, kept in `cache` (0 at first); where there is none, `missing`. */
const void *passed_on_find(_Atomic uint64_t *cache, const char *name, void (*missing)(void));

#endif
