/* json.c: bytes of any kind as JSON text, at every length and in every room. */
#include "decode/json.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "unit/json_text_check.h"

static char *
text(const char *bytes, size_t length, bool is_cut)
{
	json_text(rendered_begin(), bytes, length, is_cut);
	return rendered_end();
}

#define expect_text(bytes, is_cut, expected) expect_string(text(bytes, sizeof(bytes) - 1, is_cut), expected)

Test(json, strings, .timeout = 20)
{
	expect_text("", false, "\"\"");
	expect_text("ls -l", false, "\"ls -l\"");
	expect_text("a\"b\\c/d", false, "\"a\\\"b\\\\c/d\"");
	expect_text("\b\t\n\f\r", false, "\"\\b\\t\\n\\f\\r\"");
	expect_text("é€𝄞", false, "\"é€𝄞\"");
	expect_text("\0", false, "\"\\u0000\"");
}

/* A terminal or a reader of lines takes these for commands and for ends of lines. */
Test(json, controls_beyond_ascii_are_escaped, .timeout = 20)
{
	expect_text("\x7f", false, "\"\\u007f\"");
	expect_text("\xc2\x80\xc2\x85\xc2\x9f\xc2\xa0", false, "\"\\u0080\\u0085\\u009f\xc2\xa0\"");
	expect_text("\xe2\x80\xa7\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa", false,
		    "\"\xe2\x80\xa7\\u2028\\u2029\xe2\x80\xaa\"");
}

Test(json, what_is_not_utf8_is_hexadecimal, .timeout = 20)
{
	expect_text("\x2f\xff", false, "{\"hex\":\"2fff\"}");
	expect_text("\xc0\xaf", false, "{\"hex\":\"c0af\"}");             /* an overlong slash */
	expect_text("\xed\xa0\x80", false, "{\"hex\":\"eda080\"}");       /* a surrogate */
	expect_text("\xf4\x90\x80\x80", false, "{\"hex\":\"f4908080\"}"); /* above U+10FFFF */
	expect_text("\xe2\x82", false, "{\"hex\":\"e282\"}");             /* half a character */
}

Test(json, cuts_are_marked, .timeout = 20)
{
	expect_text("abc", true, "{\"text\":\"abc\",\"cut\":true}");
	expect_text("abc\xe2\x82", true, "{\"text\":\"abc\",\"cut\":true}"); /* the cut went through a character */
	expect_text("abc\xe2(", true, "{\"hex\":\"616263e228\",\"cut\":true}");
	expect_text("\xff", true, "{\"hex\":\"ff\",\"cut\":true}");
}

Test(json, every_byte_alone_and_in_company, .timeout = 20)
{
	for (unsigned byte = 0; byte < 256; byte++) {
		char alone[1] = {(char)byte}, company[3] = {'<', (char)byte, '>'}, expected[32];
		bool is_string;
		json_text(rendered_begin(), alone, 1, false);
		is_string = rendered_text[0] == '"';
		cr_assert(json_is_value(rendered_end()), "byte %u: %s", byte, rendered_text);
		cr_assert_eq(is_string, byte < 0x80, "byte %u: %s", byte, rendered_text);
		if (byte >= 0x80) {
			snprintf(expected, sizeof expected, "{\"hex\":\"%02x\"}", byte);
			cr_assert_str_eq(rendered_text, expected);
		}
		cr_assert(json_is_value(text(company, 3, false)), "byte %u: %s", byte, rendered_text);
		cr_assert(json_is_value(text(company, 3, true)), "byte %u: %s", byte, rendered_text);
	}
}

/* What UTF-8 is, said in another way than by the renderer: what a number's shortest encoding is. */
static size_t
encode(uint32_t code, unsigned char *bytes)
{
	if (code < 0x80) {
		bytes[0] = (unsigned char)code;
		return 1;
	}
	size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	for (size_t i = length - 1; i > 0; i--, code >>= 6)
		bytes[i] = 0x80 | (code & 0x3f);
	bytes[0] = (unsigned char)(0xf00 >> length) | (unsigned char)code;
	return length;
}

static bool
is_one_character(const unsigned char *bytes, size_t length)
{
	static const unsigned char lead_bits[5] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	unsigned char again[4];
	uint32_t code = bytes[0] & lead_bits[length];
	for (size_t i = 1; i < length; i++)
		code = code << 6 | (bytes[i] & 0x3f);
	return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) && encode(code, again) == length &&
	       memcmp(bytes, again, length) == 0;
}

/* An assertion only where it fails: each costs a message to the runner, and there are a million. */
static void
check_sequence(const unsigned char *bytes, size_t length)
{
	json_text(rendered_begin(), (const char *)bytes, length, false);
	if ((rendered_text[0] == '"') != is_one_character(bytes, length))
		cr_assert(false, "%02x %02x %02x %02x, %zu bytes: %s", bytes[0], bytes[1], bytes[2], bytes[3], length,
			  rendered_end());
}

/* All sequences that begin like a character of two, three or four bytes; of the last two bytes of four, some. */
Test(json, every_sequence_of_utf8, .timeout = 20)
{
	static const unsigned char some[] = {0x00, 0x22, 0x7f, 0x80, 0x8f, 0x90, 0xbf, 0xc0, 0xff};
	unsigned char bytes[4] = {0};
	for (unsigned lead = 0xc0; lead < 0x100; lead++) {
		bytes[0] = (unsigned char)lead;
		for (unsigned second = 0; second < 256; second++) {
			bytes[1] = (unsigned char)second;
			if (lead < 0xe0)
				check_sequence(bytes, 2);
			for (unsigned third = 0; lead >= 0xe0 && lead < 0xf0 && third < 256; third++) {
				bytes[2] = (unsigned char)third;
				check_sequence(bytes, 3);
			}
			for (size_t i = 0; lead >= 0xf0 && i < sizeof some * sizeof some; i++) {
				bytes[2] = some[i / sizeof some];
				bytes[3] = some[i % sizeof some];
				check_sequence(bytes, 4);
			}
		}
	}
}

/* In whatever room: valid and marked, or nothing at all and out->cut. What is there is a beginning of the text. */
static void
check_in_every_room(const char *bytes, size_t length, const char *whole)
{
	for (size_t room = 0; room < 120; room++) {
		struct out *out = rendered_begin();
		size_t limited = out_limit(out, room);
		json_text(out, bytes, length, false);
		out_unlimit(out, limited);
		cr_assert(out->length <= room);
		if (out->cut) {
			cr_assert(room < sizeof("{\"text\":\"\",\"cut\":true}") - 1, "room %zu was enough", room);
			continue;
		}
		rendered_end();
		cr_assert(json_is_value(rendered_text), "room %zu: %s", room, rendered_text);
		cr_assert(room >= strlen(whole) ? strcmp(rendered_text, whole) == 0
						: strstr(rendered_text, ",\"cut\":true}") != NULL,
			  "room %zu: %s", room, rendered_text);
	}
}

Test(json, shortened_to_fit, .timeout = 20)
{
	check_in_every_room("0123456789012345678901234567890123456789", 40,
			    "\"0123456789012345678901234567890123456789\"");
	check_in_every_room("a\x01\n\"é€𝄞\x02\x03z", 16, "\"a\\u0001\\n\\\"é€𝄞\\u0002\\u0003z\"");
	check_in_every_room("\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7\xf6", 10, "{\"hex\":\"fffefdfcfbfaf9f8f7f6\"}");
}

Test(json, whole_or_not_at_all, .timeout = 20)
{
	struct out *out = rendered_begin();
	size_t limited = out_limit(out, 8);
	json_text_whole(out, "123456", 6, false);
	cr_expect(not(out->cut));
	expect_rendered("\"123456\"");
	out = rendered_begin();
	limited = out_limit(out, 8);
	json_text_whole(out, "1234567", 7, false);
	cr_expect(out->cut);
	out_unlimit(out, limited);
}

Test(json, commas_come_by_themselves, .timeout = 20)
{
	struct out *out = rendered_begin();
	out_char(out, '{');
	json_member_unsigned(out, "a", 1);
	json_name(out, "b");
	out_char(out, '[');
	json_next(out);
	json_absent(out);
	json_next(out);
	json_word(out, "x");
	out_char(out, ']');
	json_member_pointer(out, "c", 0);
	json_member_pointer(out, "d", 16);
	json_optional_signed(out, "e", false, 5);
	json_optional_hex(out, "f", true, 0);
	json_member_string(out, "g", NULL, 10);
	json_name(out, "h");
	out_string(out, "{}}");
	/* clang-format off */
	expect_rendered(JSON({"a": 1, "b": [null, "x"], "c": null, "d": "0x10", "e": null, "f": "0x0", "g": null, "h": {}}));
	/* clang-format on */
}
