/*
 * unwind_index.h: where the function that holds an address begins, symbol or no symbol.
 *
 * From the sorted table in .eh_frame_hdr, which every object that exceptions may pass through carries (LSB Core 10.6). libc's
 * private functions (glibc's __clone3) are in no dynamic symbol table, but they are in this one. Constructor, or during the loader's
 * notice.
 */
#ifndef PRELOAD_UNWIND_INDEX_H
#define PRELOAD_UNWIND_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/modules.h"

/* The bounds of the function that holds `address`: where it begins, and where the next one does, or, of the last one, where it ends.
   False: the module has no table of the usual kind, or no function of it holds the address. */
bool unwind_index_function(const struct module *module, uint64_t address, uint64_t *start, uint64_t *end);

#endif
