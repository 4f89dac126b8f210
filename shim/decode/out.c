/*
 * out.c: the bounded writer behind out.h.
 *
 * Runs on the hot path inside the traced program and in the readers; calls nothing.
 */
#include "decode/out.h"

#include "decode/strings.h"

enum {
	CUT_MARK_LENGTH = sizeof OUT_CUT_MARK - 1,
	NUMBER_MAX = 20, /* decimal digits of UINT64_MAX */
};

static const char hex_digits[16] = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

void
out_init(struct out *out, char *memory, size_t size)
{
	*out = (struct out){.text = memory, .size = size - CUT_MARK_LENGTH - 1};
}

size_t
out_finish(struct out *out)
{
	/* The room was kept aside by out_init(). */
	if (out->cut) {
		for (size_t i = 0; i < CUT_MARK_LENGTH; i++)
			out->text[out->length++] = OUT_CUT_MARK[i];
	}
	out->text[out->length++] = '\n';
	return out->length;
}

struct out_mark
out_mark(const struct out *out)
{
	return (struct out_mark){out->length, out->cut};
}

void
out_rollback(struct out *out, struct out_mark mark)
{
	out->length = mark.length;
	out->cut = mark.cut;
}

size_t
out_left(const struct out *out)
{
	return out->cut ? 0 : out->size - out->length;
}

size_t
out_limit(struct out *out, size_t room)
{
	size_t limited = out->size;
	if (out->size - out->length > room)
		out->size = out->length + room;
	return limited;
}

void
out_unlimit(struct out *out, size_t limited)
{
	out->size = limited;
}

/* How much of `length` bytes still fits. After the first cut nothing does, or a later short piece would hide the gap. */
static size_t
out_room(struct out *out, size_t length)
{
	size_t room = out->cut ? 0 : out->size - out->length;
	if (length <= room)
		return length;
	out->cut = true;
	return room;
}

void
out_bytes(struct out *out, const char *bytes, size_t length)
{
	size_t fitting = out_room(out, length);
	/* Never half a character of UTF-8. */
	if (fitting < length) {
		while (fitting > 0 && (bytes[fitting] & 0xc0) == 0x80)
			fitting--;
	}
	char *to = out->text + out->length;
	for (size_t i = 0; i < fitting; i++)
		to[i] = bytes[i];
	out->length += fitting;
}

void
out_char(struct out *out, char c)
{
	if (out_room(out, 1) == 1)
		out->text[out->length++] = c;
}

void
out_string(struct out *out, const char *string)
{
	size_t length = 0;
	if (!string)
		return;
	while (string[length])
		length++;
	out_bytes(out, string, length);
}

void
out_unsigned(struct out *out, uint64_t value)
{
	char digits[NUMBER_MAX];
	size_t start = sizeof digits;
	do {
		digits[--start] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	out_bytes(out, digits + start, sizeof digits - start);
}

void
out_signed(struct out *out, int64_t value)
{
	if (value < 0)
		out_char(out, '-');
	/* Negated as unsigned, since -INT64_MIN does not exist. */
	out_unsigned(out, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void
out_hex(struct out *out, uint64_t value)
{
	char digits[18]; /* 0x and 16 digits */
	size_t start = sizeof digits;
	do {
		digits[--start] = hex_digits[value & 15];
		value >>= 4;
	} while (value);
	digits[--start] = 'x';
	digits[--start] = '0';
	out_bytes(out, digits + start, sizeof digits - start);
}

void
out_pointer(struct out *out, uint64_t value)
{
	if (value)
		out_hex(out, value);
	else
		out_string(out, "NULL");
}

void
out_spaces(struct out *out, size_t count)
{
	size_t fitting = out_room(out, count);
	for (size_t i = 0; i < fitting; i++)
		out->text[out->length++] = ' ';
}

void
out_pad(struct out *out, size_t column)
{
	if (out->length < column)
		out_spaces(out, column - out->length);
}

void
out_escaped_byte(struct out *out, unsigned char byte)
{
	/* All four characters or none: half an escape would read as something else. */
	char escape[4] = {'\\', 'x', hex_digits[byte >> 4], hex_digits[byte & 15]};
	if (out_room(out, sizeof escape) == sizeof escape)
		out_bytes(out, escape, sizeof escape);
}

static bool
is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\'' && c != '\\';
}

void
out_escaped_bytes(struct out *out, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length && !out->cut; i++) {
		if (is_plain((unsigned char)bytes[i]))
			out_char(out, bytes[i]);
		else
			out_escaped_byte(out, (unsigned char)bytes[i]);
	}
}

void
out_escaped(struct out *out, const char *string)
{
	if (string)
		out_escaped_bytes(out, string, string_length(string));
}

/* The multiple of the page size that a size falls short of by a little, as that of a thread's stack does, whose top its
   descriptor takes; the size itself when there is none. */
static uint64_t
rounded_up_to_page(uint64_t bytes)
{
	uint64_t up = (bytes + 4095) & ~UINT64_C(4095);
	return up > bytes && up - bytes <= bytes / 64 ? up : bytes;
}

void
out_size(struct out *out, uint64_t bytes)
{
	static const char units[][8] = {" bytes", " KiB", " MiB", " GiB", " TiB"};
	uint64_t value = rounded_up_to_page(bytes), less = value - bytes;
	size_t unit = 0;
	while (value && value % 1024 == 0 && unit < sizeof units / sizeof *units - 1) {
		value /= 1024;
		unit++;
	}
	out_unsigned(out, value);
	out_string(out, unit == 0 && value == 1 ? " byte" : units[unit]);
	if (less) {
		out_string(out, " less ");
		out_unsigned(out, less);
	}
}

/* `value` over `step`, rounded to the nearest. */
static uint64_t
rounded(uint64_t value, uint64_t step)
{
	return value / step + (value % step >= (step + 1) / 2);
}

void
out_duration(struct out *out, uint64_t ns)
{
	static const char units[][8] = {" ns", " µs", " ms", " s"};
	uint64_t step = 1; /* nanoseconds in the last digit that is shown */
	unsigned decimals = 0;
	size_t unit = 0;
	/* 999.6 µs rounds to 1000: try coarser steps, from three digits' last, until three digits are enough. */
	while (rounded(ns, step) >= 1000 && !(unit == 3 && decimals == 0)) {
		step *= 10;
		if (decimals == 0) {
			decimals = 3;
			unit++;
		}
		decimals--;
	}
	uint64_t digits = rounded(ns, step);
	uint64_t one = decimals == 2 ? 100 : decimals == 1 ? 10 : 1;
	out_unsigned(out, digits / one);
	if (decimals) {
		out_char(out, '.');
		if (decimals == 2)
			out_char(out, (char)('0' + digits / 10 % 10));
		out_char(out, (char)('0' + digits % 10));
	}
	out_string(out, units[unit]);
}
