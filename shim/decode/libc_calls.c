/* libc_calls.c: the table behind libc_calls.h. Pure data; safe on the hot path. */
#include "decode/libc_calls.h"

#include <linux/sched.h>

#include "decode/names.h"

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

/* clone(2): the variable arguments are passed only when these flags ask for them, else the registers hold something else. */
static const uint32_t clone_argument_flags[LIBC_CALL_MAX_ARGS] = {
	[4] = CLONE_PARENT_SETTID | CLONE_PIDFD,
	[5] = CLONE_SETTLS,
	[6] = CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID,
};

enum { CLONE_FLAGS_ARGUMENT = 2 };

bool
libc_call_passes(enum libc_call call, const uint64_t *args, size_t i)
{
	if (call == CALL_CLONE)
		return !clone_argument_flags[i] || args[CLONE_FLAGS_ARGUMENT] & clone_argument_flags[i];
	if (call == CALL_SYSCALL)
		return i <= names_syscall_argument_count((uint32_t)args[0]);
	return true;
}
