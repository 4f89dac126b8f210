/* strings.h: two string functions for code that may not call libc. Pure, inline, anywhere. */
#ifndef DECODE_STRINGS_H
#define DECODE_STRINGS_H

#include <stdbool.h>
#include <stddef.h>

static inline size_t
string_length(const char *string)
{
	size_t length = 0;

	while (string[length] != '\0')
		length++;
	return length;
}

static inline bool
string_equal(const char *left, const char *right)
{
	while (*left != '\0' && *left == *right) {
		left++;
		right++;
	}
	return *left == *right;
}

#endif
