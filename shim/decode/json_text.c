/*
 * json_text.c: any bytes as JSON, see json.h. Runs on the hot path and in the readers; calls only this folder.
 *
 * Well-formed UTF-8 is what The Unicode Standard, table 3-7, says: no overlong forms, no surrogates, nothing above U+10FFFF.
 */
#include "decode/json.h"

#define CUT_END ",\"cut\":true}"

enum {
	CHARACTER_MALFORMED = 0,
	CHARACTER_UNFINISHED = -1, /* the bytes that are there begin one */
};

static const char hex_digits[16] = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

/* Bytes of a character that begins with `lead`; 0: none does. */
static int
length_by_lead(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead < 0xc2 || lead > 0xf4)
		return 0;
	return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

static bool
may_follow(unsigned char lead, int place, unsigned char byte)
{
	unsigned char low = 0x80, high = 0xbf;
	if (place == 1) {
		low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : low;
		high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : high;
	}
	return byte >= low && byte <= high;
}

/* Length in bytes of the character at `bytes`, or one of the constants above. */
static int
character_length(const unsigned char *bytes, size_t left)
{
	int length = length_by_lead(bytes[0]);
	for (int i = 1; i < length; i++) {
		if ((size_t)i == left)
			return CHARACTER_UNFINISHED;
		if (!may_follow(bytes[0], i, bytes[i]))
			return CHARACTER_MALFORMED;
	}
	return length;
}

/* Whether it is UTF-8. The character in which text was cut does not count: it is taken off `length`, which stays what it is
   otherwise. */
static bool
is_utf8(const unsigned char *bytes, size_t *length, bool is_cut)
{
	for (size_t i = 0; i < *length;) {
		int character = character_length(bytes + i, *length - i);
		if (character == CHARACTER_UNFINISHED && is_cut) {
			*length = i;
			return true;
		}
		if (character <= 0)
			return false;
		i += (size_t)character;
	}
	return true;
}

static void
out_unicode_escape(struct out *out, unsigned code)
{
	char escape[6] = {'\\', 'u'};
	for (int i = 0; i < 4; i++)
		escape[2 + i] = hex_digits[code >> (12 - 4 * i) & 15];
	out_bytes(out, escape, sizeof escape);
}

static void
out_ascii(struct out *out, unsigned char c)
{
	static const char short_escapes[32] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
	char escape[2] = {'\\', (char)c};
	if (c == '"' || c == '\\') {
		out_bytes(out, escape, sizeof escape);
	} else if (c < 0x20 && short_escapes[c]) {
		escape[1] = short_escapes[c];
		out_bytes(out, escape, sizeof escape);
	} else if (c < 0x20 || c == 0x7f) {
		out_unicode_escape(out, c);
	} else {
		out_char(out, (char)c);
	}
}

static void
out_character(struct out *out, const unsigned char *bytes, size_t length)
{
	if (length == 1)
		out_ascii(out, bytes[0]);
	else if (length == 2 && bytes[0] == 0xc2 && bytes[1] < 0xa0) /* U+0080 to U+009F, controls */
		out_unicode_escape(out, bytes[1]);
	else if (length == 3 && bytes[0] == 0xe2 && bytes[1] == 0x80 && (bytes[2] == 0xa8 || bytes[2] == 0xa9))
		out_unicode_escape(out, 0x2000u + (bytes[2] & 0x3f));
	else
		out_bytes(out, (const char *)bytes, length);
}

/* Units, characters of UTF-8 or bytes in hexadecimal, as many as fit. Returns whether all did; a rest is not marked here. */
static bool
out_units(struct out *out, const unsigned char *bytes, size_t length, bool utf8)
{
	for (size_t i = 0; i < length;) {
		struct out_mark mark = out_mark(out);
		size_t unit = utf8 ? (size_t)character_length(bytes + i, length - i) : 1;
		char digits[2] = {hex_digits[bytes[i] >> 4], hex_digits[bytes[i] & 15]};
		if (utf8)
			out_character(out, bytes + i, unit);
		else
			out_bytes(out, digits, sizeof digits);
		if (out->cut && !mark.cut) {
			out_rollback(out, mark);
			return false;
		}
		i += unit;
	}
	return true;
}

static void
out_whole(struct out *out, const unsigned char *bytes, size_t length, bool utf8, bool is_cut)
{
	bool is_object = is_cut || !utf8;
	if (is_object)
		out_string(out, utf8 ? "{\"text\":" : "{\"hex\":");
	out_char(out, '"');
	if (!out_units(out, bytes, length, utf8)) {
		out->cut = true;
		return;
	}
	out_char(out, '"');
	if (is_object)
		out_string(out, is_cut ? CUT_END : "}");
}

static void
out_shortened(struct out *out, const unsigned char *bytes, size_t length, bool utf8)
{
	size_t end = sizeof CUT_END; /* the mark and a quote */
	size_t left = out_left(out);
	size_t limited = out_limit(out, left > end ? left - end : 0);
	out_string(out, utf8 ? "{\"text\":\"" : "{\"hex\":\"");
	out_units(out, bytes, length, utf8);
	out_unlimit(out, limited);
	out_string(out, "\"" CUT_END);
}

void
json_text_whole(struct out *out, const char *text, size_t length, bool is_cut)
{
	const unsigned char *bytes = (const unsigned char *)text;
	bool utf8 = is_utf8(bytes, &length, is_cut);
	out_whole(out, bytes, length, utf8, is_cut);
}

void
json_text(struct out *out, const char *text, size_t length, bool is_cut)
{
	const unsigned char *bytes = (const unsigned char *)text;
	struct out_mark mark = out_mark(out);
	bool utf8;

	json_text_whole(out, text, length, is_cut);
	if (!out->cut || mark.cut)
		return;
	out_rollback(out, mark);
	utf8 = is_utf8(bytes, &length, is_cut);
	out_shortened(out, bytes, length, utf8);
}

void
json_bytes(struct out *out, const void *bytes, size_t length, bool is_cut)
{
	out_whole(out, bytes, length, false, is_cut);
}
