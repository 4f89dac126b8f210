/*
 * json.h: JSON (RFC 8259) for the bounded writer: values, and the members of objects.
 *
 * A comma is written before whatever does not stand first in its object or array, so nobody has to count; brackets are written
 * with out_char(). Nothing here ends what was begun: whoever opens a bracket keeps room for its end aside (out_limit()), and
 * whatever does not fit leaves out->cut set, to be rolled back. Never allocates, never prints: safe on the hot path.
 *
 * The command is linked with jansson as well: no function here may have a name of jansson's (json_null, json_string).
 */
#ifndef DECODE_JSON_H
#define DECODE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decode/out.h"

/* `"name":`, and the comma before it. */
void json_name(struct out *out, const char *name);

/* The comma before an element of an array. */
void json_next(struct out *out);

void json_word(struct out *out, const char *word);  /* a name of our own, in quotes as it is; NULL: null */
void json_hex(struct out *out, uint64_t value);     /* "0x…": bit masks, registers */
void json_pointer(struct out *out, uint64_t value); /* "0x…": addresses; 0: null */
void json_boolean(struct out *out, bool value);
void json_absent(struct out *out);

/*
 * Bytes from the program. What is UTF-8 becomes a string, everything else {"hex":"2fff"}; what does not fit, or `is_cut`
 * already, becomes {"text":"…","cut":true} or {"hex":"…","cut":true}, never with half a character. A string holds no control
 * character and none that ends a line for anybody (U+0085, U+2028, U+2029): these are escaped.
 */
void json_text(struct out *out, const char *bytes, size_t length, bool is_cut);

/* The same, whole or not at all: does not cut what is not cut, but leaves out->cut set. */
void json_text_whole(struct out *out, const char *bytes, size_t length, bool is_cut);

/* {"hex":"2fff"} whatever the bytes are, whole or not at all; with `is_cut` there are more of them. */
void json_bytes(struct out *out, const void *bytes, size_t length, bool is_cut);

/* A NUL-terminated string, in at most `room` bytes of output; NULL: null. */
void json_terminated(struct out *out, const char *string, size_t room);

/* json_name() and a value. */
void json_member_null(struct out *out, const char *name);
void json_member_word(struct out *out, const char *name, const char *word);
void json_member_unsigned(struct out *out, const char *name, uint64_t value);
void json_member_signed(struct out *out, const char *name, int64_t value);
void json_member_hex(struct out *out, const char *name, uint64_t value);
void json_member_pointer(struct out *out, const char *name, uint64_t value);
void json_member_boolean(struct out *out, const char *name, bool value);
void json_member_string(struct out *out, const char *name, const char *string, size_t room);

/* The same for a value that may be absent: null where `is_there` is false. */
void json_optional_unsigned(struct out *out, const char *name, bool is_there, uint64_t value);
void json_optional_signed(struct out *out, const char *name, bool is_there, int64_t value);
void json_optional_boolean(struct out *out, const char *name, bool is_there, bool value);
void json_optional_hex(struct out *out, const char *name, bool is_there, uint64_t value);

#endif
