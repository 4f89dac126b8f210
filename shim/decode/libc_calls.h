/*
 * libc_calls.h: the list of libc functions that cloneshim intercepts.
 *
 * One line a function: its identifier, its exported name, what its result is, and its arguments in order. The enum, the
 * rendering of calls, the search for libc's own functions and the tests all walk this list. To intercept one more function,
 * add its line here and its wrapper in shim/preload/interpose_*.c; CONTRIBUTING.md shows the steps.
 *
 * Pure data; any side may use it.
 */
#ifndef DECODE_LIBC_CALLS_H
#define DECODE_LIBC_CALLS_H

#include <stddef.h>

/* How an argument of a libc call is to be read. */
enum arg_kind {
	ARG_NONE,        /* end of the list */
	ARG_POINTER,     /* an address: 0x… or NULL */
	ARG_CODE,        /* the start routine: module + offset and, where known, the symbol */
	ARG_CLONE_FLAGS, /* CLONE_ flags with the exit signal in the low byte, clone(2) */
};

/* How the result of a libc call is to be read. */
enum result_kind {
	RESULT_ERRNO_VALUE, /* 0, or an errno value: pthread_create(3) */
	RESULT_THRD,        /* thrd_success, thrd_nomem, thrd_error: thrd_create(3) */
	RESULT_PID,         /* the child's id, 0 in the child, or -1 with errno set: fork(2), clone(2) */
};

/* LIBC_CALL(identifier, name, result, arguments…). The aliases that glibc exports for some of them (__fork, __vfork, __clone)
   are the same call under another name and share its line. */
#define LIBC_CALLS(LIBC_CALL)                                                                                         \
	LIBC_CALL(PTHREAD_CREATE, pthread_create, RESULT_ERRNO_VALUE, {"thread", ARG_POINTER}, {"attr", ARG_POINTER}, \
		  {"start_routine", ARG_CODE}, {"arg", ARG_POINTER})                                                  \
	LIBC_CALL(THRD_CREATE, thrd_create, RESULT_THRD, {"thr", ARG_POINTER}, {"func", ARG_CODE},                    \
		  {"arg", ARG_POINTER})                                                                               \
	LIBC_CALL(FORK, fork, RESULT_PID, {"", ARG_NONE})                                                             \
	LIBC_CALL(_FORK, _Fork, RESULT_PID, {"", ARG_NONE})                                                           \
	LIBC_CALL(VFORK, vfork, RESULT_PID, {"", ARG_NONE})                                                           \
	LIBC_CALL(CLONE, clone, RESULT_PID, {"fn", ARG_CODE}, {"stack", ARG_POINTER}, {"flags", ARG_CLONE_FLAGS},     \
		  {"arg", ARG_POINTER}, {"parent_tid", ARG_POINTER}, {"tls", ARG_POINTER}, {"child_tid", ARG_POINTER})

enum libc_call {
#define LIBC_CALL_ID(id, name, result, ...) CALL_##id,
	LIBC_CALLS(LIBC_CALL_ID)
#undef LIBC_CALL_ID
		LIBC_CALL_COUNT
};

#define LIBC_CALL_MAX_ARGS 7

/* The strings stand in the table itself, not behind pointers: the shim then needs no relocations for them at load. */
struct libc_call_info {
	char name[24];
	enum result_kind result;
	struct {
		char name[16];
		enum arg_kind kind;
	} args[LIBC_CALL_MAX_ARGS];
};

/* The line of `call` in the table; never NULL for a valid enum value. Static storage; safe on the hot path. */
const struct libc_call_info *libc_call_info(enum libc_call call);

#endif
