/* compare_align.c: paths side by side, as a diff has them. */
#include "cli/compare_align.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(compare_align, .timeout = 10);

/* One letter a step. */
static void
join(struct compare_steps *steps, const char *path, size_t column)
{
	struct compare_steps added = {0};

	for (; *path != '\0'; path++)
		cr_assert(compare_steps_add(&added, (const char[]){*path, '\0'}, false, column));
	cr_assert(compare_steps_join(steps, &added, column));
	cr_assert_eq(added.count, 0);
}

/* "a11 b10": each step, and how many times the columns have it. */
static void
expect(const char *const *paths, const char *expected)
{
	struct compare_steps steps = {0};
	char text[1024];
	size_t count = 0, length = 0;

	for (; paths[count] != NULL; count++)
		join(&steps, paths[count], count);
	for (size_t i = 0; i < steps.count; i++) {
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s", i > 0 ? " " : "",
					   steps.each[i].label);
		for (size_t c = 0; c < count; c++)
			length += (size_t)snprintf(text + length, sizeof(text) - length, "%u", steps.each[i].times[c]);
	}
	text[length] = '\0';
	cr_expect_str_eq(text, expected);
	compare_steps_clear(&steps);
}

#define EXPECT(expected, ...) expect((const char *[]){__VA_ARGS__, NULL}, expected)

Test(compare_align, what_is_the_same)
{
	EXPECT("a11 b11 c11", "abc", "abc");
	EXPECT("", "", "");
}

Test(compare_align, what_is_added_and_removed)
{
	EXPECT("a11 b10 c11", "abc", "ac");
	EXPECT("a11 b01 c11", "ac", "abc");
	EXPECT("a10 b01", "a", "b");
	EXPECT("a10 b10", "ab", "");
	EXPECT("a01 b01", "", "ab");
}

/* As much as possible stands in common, whatever that costs around it. */
Test(compare_align, the_longest_common_subsequence)
{
	EXPECT("x10 a11 b11 c11 x01", "xabc", "abcx");
	EXPECT("x01 y01 a11 b11 c11", "abc", "xyabc");
	EXPECT("a10 b10 c11 d01 a11 b11 e01", "abcab", "cdabe");
}

Test(compare_align, what_is_repeated)
{
	EXPECT("a21 b11 a10", "aaba", "ab");
	EXPECT("a23", "aa", "aaa");
}

Test(compare_align, more_than_two)
{
	EXPECT("a110 b101 c011 d111", "abd", "acd", "bcd");
	EXPECT("a111111", "a", "a", "a", "a", "a", "a");
}

/* The first two are joined before anything is known of the third. */
Test(compare_align, one_line_where_no_order_is_against_it)
{
	EXPECT("a111 b011 c010 d101 e011", "ad", "abce", "abde");
	EXPECT("a111 d101 b110 c010", "adb", "abc", "ad");
	EXPECT("d100 a111 b011 d001 e011", "da", "abe", "abde");
}
