/*
 * string_reference.h: which strings a function of a loaded object takes the address of.
 *
 * For facts that an object states in its code alone. Constructor only; reads the object's memory, changes nothing.
 */
#ifndef PRELOAD_X86_64_STRING_REFERENCE_H
#define PRELOAD_X86_64_STRING_REFERENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/modules.h"

#define STRING_REFERENCE_ROOM 32 /* bytes that can be read at a string handed to `is_wanted` */

/* The string that the function from `start` to `end` refers to and that `is_wanted`; NULL: there is none, or there are two. */
const char *string_reference_find(const struct module *module, uint64_t start, uint64_t end,
				  bool (*is_wanted)(const char *string));

#endif
