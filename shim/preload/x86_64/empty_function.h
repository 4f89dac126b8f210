/*
 * empty_function.h: proves that a function does nothing, and that a jump can take the place of its return.
 *
 * Pure.
 */
#ifndef PRELOAD_X86_64_EMPTY_FUNCTION_H
#define PRELOAD_X86_64_EMPTY_FUNCTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether the function at `code`, of which `available` bytes may be read, is `ret`, maybe behind `endbr64`, with padding behind it for
   a jump that stays within 16 aligned bytes: no function begins in there. The jump is to stand `*offset` bytes behind `code`, where
   the `ret` is: who stands between two instructions of the function goes on undisturbed. */
bool empty_function_find_return(const uint8_t *code, size_t available, size_t *offset);

#endif
