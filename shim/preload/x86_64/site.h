/*
 * site.h: what a creation site looks like on x86-64, and the proof that some bytes are one.
 *
 * A site is `mov $nr,%eax; syscall`, seven bytes. Equal bytes are no proof: they may be the middle of another instruction. So
 * the function around them is decoded from its start, the `mov` must be one of its instructions, and no branch of the function
 * may lead into the site behind its first byte. Constructor only; reads text, changes nothing.
 */
#ifndef PRELOAD_X86_64_SITE_H
#define PRELOAD_X86_64_SITE_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/modules.h"

#define SITE_MOV_LENGTH 5 /* b8 imm32 */
#define SITE_LENGTH 7     /* and 0f 05 */

/* The address of the one `syscall` of `nr` in the function from `start` to `end`. False: none, several, or one that is not
   proven. */
bool site_find(uint64_t start, uint64_t end, uint32_t nr, uint64_t *address);

/* The same in the functions of `module` around `near`, named or not; the whole text where it is not found nearby. */
bool site_search(const struct module *module, uint64_t near, uint32_t nr, uint64_t *address);

#endif
