/* json.c: values and members behind json.h; text is in json_text.c. Runs on the hot path and in the readers; calls only this folder. */
#include "decode/json.h"

#include "decode/strings.h"

/* The first member of an object stands behind its bracket. Text that was begun elsewhere goes on with a comma. */
static void
out_comma_unless_first(struct out *out, char bracket)
{
	if (out->length == 0 || out->text[out->length - 1] != bracket)
		out_char(out, ',');
}

void
json_name(struct out *out, const char *name)
{
	out_comma_unless_first(out, '{');
	json_word(out, name);
	out_char(out, ':');
}

void
json_next(struct out *out)
{
	out_comma_unless_first(out, '[');
}

void
json_word(struct out *out, const char *word)
{
	if (!word) {
		json_absent(out);
		return;
	}
	out_char(out, '"');
	out_string(out, word);
	out_char(out, '"');
}

void
json_hex(struct out *out, uint64_t value)
{
	out_char(out, '"');
	out_hex(out, value);
	out_char(out, '"');
}

void
json_pointer(struct out *out, uint64_t value)
{
	if (value)
		json_hex(out, value);
	else
		json_absent(out);
}

void
json_boolean(struct out *out, bool value)
{
	out_string(out, value ? "true" : "false");
}

void
json_absent(struct out *out)
{
	out_string(out, "null");
}

void
json_terminated(struct out *out, const char *string, size_t room)
{
	size_t limited = out_limit(out, room);
	if (string)
		json_text(out, string, string_length(string), false);
	else
		json_absent(out);
	out_unlimit(out, limited);
}

void
json_member_null(struct out *out, const char *name)
{
	json_name(out, name);
	json_absent(out);
}

void
json_member_word(struct out *out, const char *name, const char *word)
{
	json_name(out, name);
	json_word(out, word);
}

void
json_member_unsigned(struct out *out, const char *name, uint64_t value)
{
	json_name(out, name);
	out_unsigned(out, value);
}

void
json_member_signed(struct out *out, const char *name, int64_t value)
{
	json_name(out, name);
	out_signed(out, value);
}

void
json_member_hex(struct out *out, const char *name, uint64_t value)
{
	json_name(out, name);
	json_hex(out, value);
}

void
json_member_pointer(struct out *out, const char *name, uint64_t value)
{
	json_name(out, name);
	json_pointer(out, value);
}

void
json_member_boolean(struct out *out, const char *name, bool value)
{
	json_name(out, name);
	json_boolean(out, value);
}

void
json_member_string(struct out *out, const char *name, const char *string, size_t room)
{
	json_name(out, name);
	json_terminated(out, string, room);
}

void
json_optional_unsigned(struct out *out, const char *name, bool is_there, uint64_t value)
{
	if (is_there)
		json_member_unsigned(out, name, value);
	else
		json_member_null(out, name);
}

void
json_optional_signed(struct out *out, const char *name, bool is_there, int64_t value)
{
	if (is_there)
		json_member_signed(out, name, value);
	else
		json_member_null(out, name);
}

void
json_optional_boolean(struct out *out, const char *name, bool is_there, bool value)
{
	if (is_there)
		json_member_boolean(out, name, value);
	else
		json_member_null(out, name);
}

void
json_optional_hex(struct out *out, const char *name, bool is_there, uint64_t value)
{
	if (is_there)
		json_member_hex(out, name, value);
	else
		json_member_null(out, name);
}
