/*
 * interpose.h: what an interposer is made of.
 *
 * An interposer has the name and the prototype of a libc function. It opens a call frame, forwards to the next definition of the
 * function, and closes the frame with the result. Hot path.
 */
#ifndef PRELOAD_INTERPOSE_H
#define PRELOAD_INTERPOSE_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/call.h"
#include "preload/export.h"
#include "preload/init.h"
#include "preload/real.h"

/* The arguments as an array of words, for the event. */
#define INTERPOSE_ARGS(...) ((const uint64_t[LIBC_CALL_MAX_ARGS]){__VA_ARGS__})

/* For a function that libc_calls.h knows as CALL_<id>: the body of an interposer that does nothing but show the call.
 *
 *   INTERPOSE_CALL(int, SETNS, (int, int), (fd, nstype), failure, W(fd), W(nstype))
 *
 * `types` are the function's parameter types, `arguments` what is passed on, `failure` the expression that is returned when no
 * loaded object has the function (with errno set to ENOSYS), and the words are what the event shows of the arguments. */
#define INTERPOSE_CALL(result_type, id, types, arguments, failure, ...) \
	INTERPOSE_CALL_TO(result_type, id, id, types, arguments, failure, __VA_ARGS__)

/* The same for a call that is forwarded to another function than the one of its name. */
#define INTERPOSE_CALL_TO(result_type, id, forward_id, types, arguments, failure, ...)                                 \
	do {                                                                                                           \
		bool is_active_ = init_is_active();                                                                    \
		result_type(*forward_) types = (result_type(*) types)real_function(CALL_##forward_id);                 \
		struct call_frame frame_;                                                                              \
		result_type result_;                                                                                   \
		if (forward_ == NULL) {                                                                                \
			real_set_errno(ENOSYS);                                                                        \
			return failure;                                                                                \
		}                                                                                                      \
		if (!is_active_)                                                                                       \
			return forward_ arguments;                                                                     \
		call_begin(&frame_,                                                                                    \
			   &(struct call_entry){CALL_##id, INTERPOSE_ARGS(__VA_ARGS__), __builtin_return_address(0)}); \
		result_ = forward_ arguments;                                                                          \
		call_end(&frame_, (int64_t)result_);                                                                   \
		return result_;                                                                                        \
	} while (0)

/* An argument as the word that it is passed in. */
#define W(argument) ((uint64_t)(argument))

#endif
