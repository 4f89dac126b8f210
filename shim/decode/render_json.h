/* render_json.h: what the files of the json format share; not for others. Safe on the hot path. */
#ifndef DECODE_RENDER_JSON_H
#define DECODE_RENDER_JSON_H

#include "decode/event.h"
#include "decode/json.h"
#include "decode/out.h"

/* The most that one of them may take of a line, escapes and marks included. */
enum {
	JSON_PATH_MAX = 256,
	JSON_SYMBOL_MAX = 192,
	JSON_ARGUMENT_MAX = 424, /* 200 bytes (EVENT_STRING_MAX) in hexadecimal fit */
	JSON_REASON_MAX = 288,
	JSON_FUNCTION_MAX = 112, /* of a source frame, one of which always fits into RENDER_JSON_SOURCE_MAX */
	JSON_SOURCE_PATH_MAX = 168,
};

/* {"schema":1,"type":"call" */
void render_json_opening(struct out *out, const char *type);

/* {"address":…,"module":…,"offset":…,"symbol":…,"symbol_offset":…}, and "source" where there is one; null for address 0. */
void render_json_location(struct out *out, const struct code_location *location);

/* The members "flags" and "flags_value", CLONE_ flags. `clone3`: as names_out_clone_flags(). */
void render_json_clone_flags(struct out *out, uint64_t flags, bool clone3);

/* "SIGCHLD"; a number where it has no name; null for 0. */
void render_json_signal(struct out *out, uint64_t signal);

/* "SCHED_FIFO", or a number. */
void render_json_policy(struct out *out, int policy);

/* The member `name`: "EAGAIN"; a number where it has no name; null for 0. */
void render_json_error(struct out *out, const char *name, int error);

/* An array of `count` elements of which the first `kept` are known. It is an array when they are all there and fit, else
   {"count":N,"first":[…]}; an element is written whole or not at all. `element` writes one. */
void render_json_list(struct out *out, uint64_t count, uint64_t kept,
		      void (*element)(struct out *out, const void *list, uint64_t i), const void *list);

/* What a libc call was given: the object behind "args". */
void render_json_arguments(struct out *out, const struct event_call_begin *event);

/* An argument vector. */
void render_json_vector(struct out *out, const struct event_string *strings, uint32_t count);

#endif
