/* libc_calls.c: the table behind libc_calls.h. Pure data; safe on the hot path. */
#include "decode/libc_calls.h"

static const struct libc_call_info table[LIBC_CALL_COUNT] = {
#define LIBC_CALL_LINE(id, name, result, creation, ...) [CALL_##id] = {#name, result, creation, {__VA_ARGS__}},
	LIBC_CALLS(LIBC_CALL_LINE)
#undef LIBC_CALL_LINE
};

const struct libc_call_info *
libc_call_info(enum libc_call call)
{
	return &table[call];
}
