/* shell_word.c: see shell_word.h. */
#include "cli/shell_word.h"

#include <string.h>

/* How an argument is written: what stands before it and behind it. */
struct quoting {
	const char *open, *close;
};

static const struct quoting none = {"", ""}, single = {"'", "'"}, both = {"\"", "\""}, escapes = {"$'", "'"};

static bool
is_printable(const char *argument)
{
	for (const char *c = argument; *c != '\0'; c++)
		if (*c < 0x20 || *c > 0x7e)
			return false;
	return true;
}

/* A brace alone, or two of them, stand for themselves: find -exec has them. */
static bool
is_one_word(const char *argument)
{
	return argument[0] != '\0' && strpbrk(argument, " |&;<>()$`\\\"'*?[#~") == NULL &&
	       (strchr(argument, '{') == NULL || strpbrk(argument, ",.") == NULL);
}

static const struct quoting *
quoting_of(const char *argument)
{
	if (!is_printable(argument))
		return &escapes;
	if (is_one_word(argument))
		return &none;
	if (strchr(argument, '\'') == NULL)
		return &single;
	/* An interactive shell would look for ! in its history. */
	return strpbrk(argument, "$`\\\"!") == NULL ? &both : &escapes;
}

/* Whole or not at all. */
static void
out_with_escape(struct out *out, char c)
{
	char escaped[2] = {'\\', c};

	if (c < 0x20 || c > 0x7e)
		out_escaped_byte(out, (unsigned char)c);
	else if (c != '\'' && c != '\\')
		out_char(out, c);
	else if (out_left(out) >= sizeof(escaped))
		out_bytes(out, escaped, sizeof(escaped));
	else
		out->cut = true;
}

bool
shell_word_out(struct out *out, const char *argument, size_t room)
{
	const struct quoting *quoting = quoting_of(argument);
	struct out_mark before;
	size_t limited;
	bool is_cut;

	out_string(out, quoting->open);
	before = out_mark(out);
	limited = out_limit(out, room);
	for (const char *c = argument; *c != '\0' && !out->cut; c++) {
		if (quoting == &escapes)
			out_with_escape(out, *c);
		else
			out_char(out, *c);
	}
	out_unlimit(out, limited);
	is_cut = out->cut;
	out->cut = before.cut; /* the caller says that there is more */
	if (!is_cut)
		out_string(out, quoting->close);
	return !is_cut;
}
