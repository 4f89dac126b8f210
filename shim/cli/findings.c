/* findings.c: see findings.h. */
#include "cli/findings.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct finding {
	enum finding_state state;
	const char *group, *subject, *advice;
	char *text;
};

struct findings {
	struct finding *all;
	size_t count, room;
	const char *group;
	bool is_missing_some;
};

static const struct {
	char word[8], colour[8];
} states[] = {
	[FINDING_FINE] = {"ok", "\33[32m"},
	[FINDING_NOTE] = {"note", "\33[36m"},
	[FINDING_PROBLEM] = {"problem", "\33[31m"},
	[FINDING_UNKNOWN] = {"unknown", "\33[33m"},
};

struct findings *
findings_new(void)
{
	return calloc(1, sizeof(struct findings));
}

void
findings_free(struct findings *findings)
{
	if (findings == NULL)
		return;
	for (size_t i = 0; i < findings->count; i++)
		free(findings->all[i].text);
	free(findings->all);
	free(findings);
}

void
findings_group(struct findings *findings, const char *name)
{
	findings->group = name;
}

static bool
make_room(struct findings *findings)
{
	size_t room = findings->room != 0 ? findings->room * 2 : 32;
	struct finding *larger;

	if (findings->count < findings->room)
		return true;
	larger = reallocarray(findings->all, room, sizeof(*larger));
	if (larger == NULL)
		return false;
	findings->all = larger;
	findings->room = room;
	return true;
}

void
findings_add(struct findings *findings, enum finding_state state, const char *subject, const char *advice,
	     const char *format, ...)
{
	va_list arguments;
	char *text = NULL;
	int length;

	va_start(arguments, format);
	length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0 || !make_room(findings)) {
		findings->is_missing_some = true;
		if (length >= 0)
			free(text);
		return;
	}
	findings->all[findings->count++] = (struct finding){state, findings->group, subject, advice, text};
}

bool
findings_are_whole(const struct findings *findings)
{
	return !findings->is_missing_some;
}

static int
subject_width(const struct findings *findings)
{
	size_t width = 0;

	for (size_t i = 0; i < findings->count; i++)
		if (strlen(findings->all[i].subject) > width)
			width = strlen(findings->all[i].subject);
	return (int)width;
}

/* no-color.org: a NO_COLOR that is empty counts as not set. */
static bool
wants_colour(FILE *to)
{
	const char *no = getenv("NO_COLOR");

	return isatty(fileno(to)) && (no == NULL || no[0] == '\0');
}

/* Control characters of a path or a name do nothing on a terminal. */
static void
print_text(FILE *to, const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			fprintf(to, "\\x%02x", (unsigned char)*text);
		else
			fputc(*text, to);
}

void
findings_print(const struct findings *findings, FILE *to)
{
	int width = subject_width(findings);
	bool is_coloured = wants_colour(to);
	const char *group = NULL;

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->all[i];

		if (group == NULL || strcmp(group, finding->group) != 0)
			fprintf(to, "%s%s\n", group != NULL ? "\n" : "", finding->group);
		group = finding->group;
		fprintf(to, "  %s%-7s%s  %-*s  ", is_coloured ? states[finding->state].colour : "",
			states[finding->state].word, is_coloured ? "\33[0m" : "", width, finding->subject);
		print_text(to, finding->text);
		if (finding->advice != NULL)
			fprintf(to, "\n  %-7s  %-*s  → %s", "", width, "", finding->advice);
		fputc('\n', to);
	}
}

/* What is no UTF-8, which jansson refuses, is shown byte by byte. */
static json_t *
text_value(const char *text)
{
	json_t *value = json_string(text);
	char *safe = NULL;
	size_t size;
	FILE *to;

	if (value != NULL)
		return value;
	to = open_memstream(&safe, &size);
	if (to == NULL)
		return json_null();
	for (; *text != '\0'; text++)
		fprintf(to, (unsigned char)*text >= 0x80 ? "\\x%02x" : "%c", (unsigned char)*text);
	fclose(to);
	value = json_string(safe);
	free(safe);
	return value;
}

json_t *
findings_json(const struct findings *findings)
{
	json_t *array = json_array();

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->all[i];

		json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:o, s:s?}", "group", finding->group, "subject",
						       finding->subject, "state", states[finding->state].word, "text",
						       text_value(finding->text), "advice", finding->advice));
	}
	return array;
}
