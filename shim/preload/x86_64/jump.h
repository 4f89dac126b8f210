/*
 * jump.h: the instruction that patched text begins with, jmp rel32.
 *
 * Constructor, or during the loader's notice; one task at a time.
 */
#ifndef PRELOAD_X86_64_JUMP_H
#define PRELOAD_X86_64_JUMP_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/modules.h"

#define JUMP_LENGTH 5 /* e9 rel32 */

/* Makes the jump that, at `address` in the text of `module`, leads to `target`, by way of a thunk where that is too far. False: it is out
   of reach all the same. */
bool jump_make(uint8_t jump[JUMP_LENGTH], const struct module *module, uint64_t address, uint64_t target);

#endif
