/* family_names.c: see family_names.h. */
#include "cli/family_names.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "cli/shell_word.h"
#include "decode/out.h"
#include "decode/render_text.h"

enum { ARGUMENTS_WIDTH = 48, NAME_ROOM = 512 };

struct family_names {
	void *strings; /* tsearch(3) */
};

struct family_names *
family_names_new(void)
{
	return calloc(1, sizeof(struct family_names));
}

void
family_names_free(struct family_names *names)
{
	if (names == NULL)
		return;
	tdestroy(names->strings, free);
	free(names);
}

static int
compare_strings(const void *left, const void *right)
{
	return strcmp(left, right);
}

/* NULL: out of memory. */
static const char *
keep(struct family_names *names, const struct out *out)
{
	char *copy = strndup(out->text, out->length);
	char **found = copy != NULL ? tsearch(copy, &names->strings, compare_strings) : NULL;

	if (found == NULL || *found != copy)
		free(copy);
	return found != NULL ? *found : NULL;
}

const char *
family_names_program(struct family_names *names, const char *path)
{
	char memory[NAME_ROOM];
	struct out out;

	if (path == NULL)
		return NULL;
	out_init(&out, memory, sizeof(memory));
	render_text_base_name(&out, path);
	return keep(names, &out);
}

const char *
family_names_arguments(struct family_names *names, const struct event_process *process)
{
	char memory[NAME_ROOM];
	struct out out;
	bool is_cut = false;

	out_init(&out, memory, sizeof(memory));
	for (size_t i = 1; process->argv_observed && i < process->argv_count && !is_cut; i++) {
		if (process->whole_argv[i] == NULL || out.length >= ARGUMENTS_WIDTH) {
			is_cut = true;
			break;
		}
		out_char(&out, ' ');
		is_cut = !shell_word_out(&out, process->whole_argv[i], ARGUMENTS_WIDTH - out.length);
	}
	if (is_cut)
		out_string(&out, "...");
	return keep(names, &out);
}

const char *
family_names_start(struct family_names *names, struct symbolizer *symbolizer, const struct trace_event *event)
{
	const struct event_call_begin *begin = &event->as.begin;
	struct code_location start = begin->start;
	const struct code_source *source = NULL;
	char memory[NAME_ROOM];
	struct out out;

	if (start.address == 0 && begin->details != NULL)
		start = begin->details->sigevent.function;
	if (start.address == 0)
		return NULL;
	out_init(&out, memory, sizeof(memory));
	if (start.symbol == NULL && symbolizer != NULL)
		source = symbolizer_source(symbolizer, event->memory, start.address, event->slot, false);
	/* What is inlined at its very begin is not the routine itself. */
	if (source != NULL && source->frames[source->count - 1].function != NULL) {
		out_escaped(&out, source->frames[source->count - 1].function);
	} else if (start.symbol != NULL && start.symbol_offset == 0) {
		out_escaped(&out, start.symbol);
	} else {
		start.symbol = NULL;
		render_text_location(&out, &start);
	}
	return keep(names, &out);
}
