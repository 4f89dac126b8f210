/*
 * json_text_check.h: for unit tests of the json format: expected JSON that is readable in C, and a strict check that a text is one
 * JSON value (RFC 8259), independent of what the renderer thinks.
 */
#ifndef UNIT_JSON_TEXT_CHECK_H
#define UNIT_JSON_TEXT_CHECK_H

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "unit/rendered.h"

/* JSON({"a": [1, null]}) is the text {"a":[1,null]}: spaces outside strings are for the reader of the test. Overwritten by the next. */
#define JSON(...) json_without_spaces(#__VA_ARGS__)

static inline char *
json_without_spaces(const char *text)
{
	static char compact[8192];
	size_t length = 0;
	bool in_string = false;
	for (const char *c = text; *c; c++) {
		if (*c == '"')
			in_string = !in_string;
		if (in_string || *c != ' ')
			compact[length++] = *c;
	}
	compact[length] = '\0';
	return compact;
}

/* Each skips what it names; NULL: it is not there. */
static inline const char *json_skip_value(const char *text);

static inline const char *
json_skip_string(const char *text)
{
	if (*text++ != '"')
		return NULL;
	for (; *text != '"'; text++) {
		if ((unsigned char)*text < 0x20)
			return NULL;
		if (*text != '\\')
			continue;
		text++;
		if (*text == 'u') {
			for (int i = 1; i <= 4; i++)
				if (!isxdigit((unsigned char)text[i]))
					return NULL;
			text += 4;
		} else if (!*text || !strchr("\"\\/bfnrt", *text)) {
			return NULL;
		}
	}
	return text + 1;
}

static inline const char *
json_skip_number(const char *text)
{
	text += *text == '-';
	if (text[0] == '0' && isdigit((unsigned char)text[1]))
		return NULL;
	size_t digits = strspn(text, "0123456789");
	return digits ? text + digits : NULL;
}

/* What stands between brackets, with members or without. */
static inline const char *
json_skip_list(const char *text, char end, bool has_names)
{
	if (*++text == end)
		return text + 1;
	for (;; text++) {
		if (has_names) {
			text = json_skip_string(text);
			if (!text || *text++ != ':')
				return NULL;
		}
		text = json_skip_value(text);
		if (!text || *text == end)
			return text ? text + 1 : NULL;
		if (*text != ',')
			return NULL;
	}
}

static inline const char *
json_skip_value(const char *text)
{
	static const char *const words[] = {"null", "true", "false"};
	for (size_t i = 0; i < 3; i++)
		if (strncmp(text, words[i], strlen(words[i])) == 0)
			return text + strlen(words[i]);
	switch (*text) {
	case '"':
		return json_skip_string(text);
	case '{':
		return json_skip_list(text, '}', true);
	case '[':
		return json_skip_list(text, ']', false);
	default:
		return json_skip_number(text);
	}
}

static inline bool
json_is_value(const char *text)
{
	const char *end = json_skip_value(text);
	return end && !*end;
}

#endif
