/*
 * out.h: the bounded writer that all text goes through.
 *
 * Writes into memory that the caller owns. Never allocates, never prints, never calls libc: safe on the hot path. Text that
 * does not fit is dropped and the cut is marked: out_finish() then ends the text with OUT_CUT_MARK.
 */
#ifndef DECODE_OUT_H
#define DECODE_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OUT_CUT_MARK " [cut]"

struct out {
	char *text;
	size_t size;   /* bytes usable for text; room for the mark and a newline is kept aside */
	size_t length; /* bytes written */
	bool cut;
};

/* Starts an empty text in `memory` of `size` bytes; `size` must be at least 16. */
void out_init(struct out *out, char *memory, size_t size);

/* Ends the line: adds the mark when text was cut, and a newline. Returns the text's length in bytes. */
size_t out_finish(struct out *out);

/* A place in the text to go back to. */
struct out_mark {
	size_t length;
	bool cut;
};

/* Where the text ends now; and back there, whatever has been written or cut since. */
struct out_mark out_mark(const struct out *out);
void out_rollback(struct out *out, struct out_mark mark);

/* Bytes that still fit. */
size_t out_left(const struct out *out);

/* Lets at most `room` bytes be written from here on, until out_unlimit() takes back what this returned. Nests; a limit never
   gives more room than there is. Whoever must write an end to what may be cut keeps room for it aside in this way. */
size_t out_limit(struct out *out, size_t room);
void out_unlimit(struct out *out, size_t limited);

void out_char(struct out *out, char c);
void out_bytes(struct out *out, const char *bytes, size_t length);
void out_string(struct out *out, const char *string); /* NULL prints nothing */
void out_unsigned(struct out *out, uint64_t value);   /* decimal */
void out_signed(struct out *out, int64_t value);
void out_hex(struct out *out, uint64_t value);              /* 0x… */
void out_pointer(struct out *out, uint64_t value);          /* 0x…, or NULL */
void out_escaped_byte(struct out *out, unsigned char byte); /* \xNN, whole or not at all */
void out_spaces(struct out *out, size_t count);

/* Spaces up to `column` (0 is the first); nothing when the text is already there or beyond. */
void out_pad(struct out *out, size_t column);

/* A path or a name from the program: control characters, quotes, backslashes and bytes that are not ASCII become \xNN, so
   that a line stays one line whatever the program is called. */
void out_escaped(struct out *out, const char *string);
void out_escaped_bytes(struct out *out, const char *bytes, size_t length);

/* Bytes for people: "8 MiB", "16 KiB", "8 MiB less 128", "1000 bytes" where no unit divides it. */
void out_size(struct out *out, uint64_t bytes);

/* Nanoseconds for people, three digits: "950 ns", "61.2 µs", "1.25 ms", "3.00 s". */
void out_duration(struct out *out, uint64_t ns);

#endif
