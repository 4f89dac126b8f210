/* out.c: the bounded writer: every formatter, and what happens where the memory ends. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdint.h>
#include <string.h>

#include "decode/out.h"
#include "rendered.h"

struct number {
	uint64_t value;
	const char *text;
};

Test(out, unsigned_numbers, .timeout = 20)
{
	static const struct number rows[] = {
		{0, "0"}, {9, "9"}, {10, "10"}, {1234567890, "1234567890"}, {UINT64_MAX, "18446744073709551615"}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		out_unsigned(rendered_begin(), rows[i].value);
		expect_rendered(rows[i].text);
	}
}

Test(out, signed_numbers, .timeout = 20)
{
	static const struct number rows[] = {{0, "0"},
					     {(uint64_t)-1, "-1"},
					     {INT64_MAX, "9223372036854775807"},
					     {(uint64_t)INT64_MIN, "-9223372036854775808"}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		out_signed(rendered_begin(), (int64_t)rows[i].value);
		expect_rendered(rows[i].text);
	}
}

Test(out, hexadecimal_and_pointers, .timeout = 20)
{
	static const struct number rows[] = {{0, "0x0"},
					     {0xf, "0xf"},
					     {0x10, "0x10"},
					     {0x7ffd5c00, "0x7ffd5c00"},
					     {UINT64_MAX, "0xffffffffffffffff"}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		out_hex(rendered_begin(), rows[i].value);
		expect_rendered(rows[i].text);
		out_pointer(rendered_begin(), rows[i].value);
		expect_rendered(rows[i].value ? rows[i].text : "NULL");
	}
}

Test(out, sizes_for_people, .timeout = 20)
{
	static const struct number rows[] = {
		{0, "0 bytes"},
		{1, "1 byte"},
		{1023, "1023 bytes"},
		{1024, "1 KiB"},
		{1536, "1536 bytes"},
		{16384, "16 KiB"},
		{8 << 20, "8 MiB"},
		{3 << 19, "1536 KiB"},
		{8388480, "8 MiB less 128"},
		{1ULL << 30, "1 GiB"},
		{1ULL << 50, "1024 TiB"},
		{1ULL << 63, "8388608 TiB"},
		{UINT64_MAX, "18446744073709551615 bytes"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		out_size(rendered_begin(), rows[i].value);
		expect_rendered(rows[i].text);
	}
}

/* Three digits, rounded to the nearest; the unit changes where rounding would need a fourth. */
Test(out, durations_for_people, .timeout = 20)
{
	static const struct number rows[] = {
		{0, "0 ns"},
		{950, "950 ns"},
		{999, "999 ns"},
		{1000, "1.00 µs"},
		{9994, "9.99 µs"},
		{9995, "10.0 µs"},
		{61234, "61.2 µs"},
		{99949, "99.9 µs"},
		{99950, "100 µs"},
		{123456, "123 µs"},
		{999499, "999 µs"},
		{999500, "1.00 ms"},
		{1250000, "1.25 ms"},
		{1005000, "1.01 ms"},
		{999499999, "999 ms"},
		{999500000, "1.00 s"},
		{3000000000, "3.00 s"},
		{1234500000000, "1235 s"},
		{UINT64_MAX, "18446744074 s"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		out_duration(rendered_begin(), rows[i].value);
		expect_rendered(rows[i].text);
	}
}

Test(out, strings_and_padding, .timeout = 20)
{
	struct out *out = rendered_begin();
	out_string(out, NULL);
	out_escaped(out, NULL);
	out_bytes(out, "abc", 2);
	out_pad(out, 5);
	out_char(out, '|');
	out_pad(out, 3); /* beyond it already */
	out_spaces(out, 2);
	out_spaces(out, 0);
	out_string(out, "end");
	expect_rendered("ab   |  end");
}

/* A program may be called anything; the line stays one line of ASCII, and nobody's quotes end early. */
Test(out, strings_from_the_program_are_escaped, .timeout = 20)
{
	out_escaped(rendered_begin(), "/bin/plain name~");
	expect_rendered("/bin/plain name~");
	out_escaped(rendered_begin(), "a\nb\t\"c'\\d\x1b[31m\x7f");
	expect_rendered("a\\x0ab\\x09\\x22c\\x27\\x5cd\\x1b[31m\\x7f");
	out_escaped(rendered_begin(), "gr\xc3\xbc\xc3\x9f");
	expect_rendered("gr\\xc3\\xbc\\xc3\\x9f");
	out_escaped_byte(rendered_begin(), 0);
	expect_rendered("\\x00");
}

/* Memory with sentinels behind it, for the tests of bounds. */
static struct {
	char text[32];
	char beyond[8];
} memory;

static struct out
out_in_memory(size_t size)
{
	struct out out;
	memset(&memory, '#', sizeof memory);
	out_init(&out, memory.text, size);
	return out;
}

static const char *
finished(struct out *out, size_t size)
{
	size_t length = out_finish(out);
	cr_expect(le(sz, length, size));
	for (size_t i = size; i < sizeof memory; i++)
		cr_assert(eq(chr, ((char *)&memory)[i], '#'), "byte %zu of %zu was overwritten", i, size);
	memory.text[length - 1] = '\0'; /* the newline */
	return memory.text;
}

Test(out, full_to_the_last_byte_is_not_cut, .timeout = 20)
{
	struct out out = out_in_memory(16);
	out_string(&out, "123456789");
	cr_expect(not(out.cut));
	expect_string(finished(&out, 16), "123456789");
}

Test(out, one_byte_too_many_is_marked, .timeout = 20)
{
	struct out out = out_in_memory(16);
	out_string(&out, "1234567890");
	expect_string(finished(&out, 16), "123456789 [cut]");
}

/* What follows a gap would be read as standing right behind what precedes it. */
Test(out, nothing_is_written_behind_a_cut, .timeout = 20)
{
	struct out out = out_in_memory(16);
	out_string(&out, "1234567");
	out_escaped(&out, "\n"); /* four characters, two fit: none is written */
	out_char(&out, 'x');
	out_spaces(&out, 1);
	out_unsigned(&out, 5);
	out_pad(&out, 30);
	expect_string(finished(&out, 16), "1234567 [cut]");
}

Test(out, a_character_of_several_bytes_is_not_halved, .timeout = 20)
{
	struct out out = out_in_memory(16);
	out_string(&out, "12345678µs");
	expect_string(finished(&out, 16), "12345678 [cut]");
}

Test(out, every_formatter_respects_every_size, .timeout = 20)
{
	for (size_t size = 16; size <= sizeof memory.text; size++) {
		struct out out = out_in_memory(size);
		out_char(&out, 'c');
		out_hex(&out, size);
		out_signed(&out, -(int64_t)size);
		out_size(&out, size);
		out_duration(&out, 61200);
		out_escaped(&out, "\t\t");
		out_pad(&out, size);
		out_spaces(&out, 100);
		out_pointer(&out, 0);
		cr_expect(out.cut);
		const char *text = finished(&out, size);
		size_t length = strlen(text);
		expect_string((text + length - strlen(OUT_CUT_MARK)), OUT_CUT_MARK);
	}
}

/* What did not fit is taken back whole, and the text goes on from there. */
Test(out, back_to_a_mark, .timeout = 20)
{
	struct out out = out_in_memory(16);
	out_string(&out, "1234");
	struct out_mark mark = out_mark(&out);
	out_string(&out, "567890");
	cr_expect(out.cut);
	cr_expect(eq(sz, out_left(&out), 0));
	out_rollback(&out, mark);
	cr_expect(eq(sz, out_left(&out), 5));
	out_string(&out, "abc");
	expect_string(finished(&out, 16), "1234abc");
}

Test(out, a_mark_behind_a_cut_keeps_it, .timeout = 20)
{
	struct out out = out_in_memory(16);
	out_string(&out, "1234567890");
	out_rollback(&out, out_mark(&out));
	cr_expect(out.cut);
}

/* A limit inside a limit gives no more room than the outer one, and what an outer one keeps aside is there at the end. */
Test(out, limits_nest, .timeout = 20)
{
	struct out out = out_in_memory(32);
	size_t outer = out_limit(&out, 6);
	out_string(&out, "ab");
	size_t inner = out_limit(&out, 2);
	cr_expect(eq(sz, out_left(&out), 2));
	out_unlimit(&out, inner);
	inner = out_limit(&out, 100);
	cr_expect(eq(sz, out_left(&out), 4));
	out_string(&out, "cdef");
	cr_expect(not(out.cut));
	out_unlimit(&out, inner);
	out_unlimit(&out, outer);
	out_string(&out, "gh");
	expect_string(finished(&out, 32), "abcdefgh");
}
