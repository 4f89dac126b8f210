/* command_tree.c: draws who created whom in a trace. */
#include <argp.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/damage.h"
#include "cli/family_print.h"
#include "cli/output.h"
#include "cli/progress.h"

struct options {
	const char *path;
	size_t depth_max;
	int32_t pid; /* 0: everybody */
	bool folds, is_ascii;
};

enum { OPTION_NO_FOLD = 256, OPTION_PID, OPTION_ASCII };

static const struct argp_option known_options[] = {
	{"depth", 'd', "N", 0, "Show N generations below the first; the rest is counted", 0},
	{"no-fold", OPTION_NO_FOLD, NULL, 0, "Show every task, also where many siblings look the same", 0},
	{"pid", OPTION_PID, "N", 0, "Show process N and its descendants", 0},
	{"ascii", OPTION_ASCII, NULL, 0, "Draw with ASCII alone, as in a locale that is not UTF-8", 0},
	{0},
};

static void
take_number(struct argp_state *state, const char *option, const char *value, long least, long *number)
{
	if (!argument_number(value, least, INT32_MAX, number))
		argp_failure(state, EXIT_USAGE, 0, "--%s %s: expected a number from %ld on", option, value, least);
}

static error_t
take_option(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;
	long number = 0;

	switch (key) {
	case 'd':
		take_number(state, "depth", value, 0, &number);
		options->depth_max = (size_t)number;
		return 0;
	case OPTION_NO_FOLD:
		options->folds = false;
		return 0;
	case OPTION_PID:
		take_number(state, "pid", value, 1, &number);
		options->pid = (int32_t)number;
		return 0;
	case OPTION_ASCII:
		options->is_ascii = true;
		return 0;
	default:
		return argument_trace(key, value, state, &options->path);
	}
}

static bool
collect(struct family *family, struct trace_events *events)
{
	struct trace_event event;
	bool is_well = true;

	progress_start("reading", trace_events_reader(events));
	while (is_well && trace_events_next(events, &event)) {
		progress_step();
		is_well = family_add(family, &event);
	}
	progress_end();
	return is_well;
}

/* Those with that id: several, where the kernel used it again. NULL: out of memory. */
static size_t *
find_processes(const struct family *family, int32_t pid, size_t *count)
{
	size_t *found = calloc(family_count(family) + 1, sizeof(*found));

	*count = 0;
	for (size_t i = 0; found != NULL && i < family_count(family); i++)
		if (family_task(family, i)->id == pid && !family_task(family, i)->is_thread)
			found[(*count)++] = i;
	return found;
}

/* Returns the exit status; negative: out of memory. */
static int
print_process(const struct family_print *print, const struct options *options)
{
	size_t count, *roots = find_processes(print->labels.family, options->pid, &count);
	bool is_well = roots != NULL && family_print(print, roots, count);

	free(roots);
	if (!is_well || count > 0)
		return is_well ? 0 : -1;
	fprintf(stderr, "cloneshim: %s: --pid %d: expected a process of this trace\n", options->path, options->pid);
	return EXIT_USAGE;
}

static int
print_family(const struct family_print *print, const struct options *options)
{
	const size_t *roots;
	size_t count;

	if (options->pid != 0)
		return print_process(print, options);
	roots = family_tree_children(print->tree, FAMILY_NOBODY, &count);
	return family_print(print, roots, count) ? 0 : -1;
}

static int
draw(const struct family *family, const struct options *options)
{
	struct family_usual *usual = family_usual_new(family);
	struct family_print print = {.labels = {.family = family,
						.usual = usual,
						.signs = options->is_ascii ? &family_signs_ascii : &family_signs_drawn},
				     .depth_max = options->depth_max,
				     .folds = options->folds};
	struct family_tree *tree = usual != NULL ? family_tree_new(&print.labels) : NULL;
	int status = -1;

	print.tree = tree;
	if (tree != NULL)
		status = print_family(&print, options);
	family_tree_free(tree);
	family_usual_free(usual);
	return status;
}

static void
complain(struct symbolizer *symbolizer)
{
	const char *complaint;

	while (symbolizer != NULL && (complaint = symbolizer_complaint(symbolizer)) != NULL)
		fprintf(stderr, "cloneshim: %s; its names are not shown\n", complaint);
}

static int
show_tree(struct trace_events *events, const struct options *options)
{
	struct symbolizer *symbolizer = symbolizer_new(events);
	struct family *family = symbolizer != NULL ? family_new(events, symbolizer) : NULL;
	int status = -1, written;

	if (family != NULL && collect(family, events))
		status = draw(family, options);
	written = output_finish();
	if (status == 0)
		status = written;
	complain(symbolizer);
	damage_report(events, options->path);
	if (status < 0)
		fprintf(stderr, "cloneshim: out of memory\n");
	family_free(family);
	symbolizer_free(symbolizer);
	return status < 0 ? 1 : status;
}

int
command_tree(int argc, char **argv)
{
	static const struct argp argp = {
		known_options,
		take_option,
		"TRACE",
		"Draw who created whom: processes and threads, a line each.\v"
		"A line has the task's id as its creator saw it; the programs that it executed, or its start routine; "
		"the libc call that created it, or \"raw\" and the system call where no call did; and its exit status, "
		"where the trace has it. CLONE_ flags are told where they are not those that the call gave most often "
		"in this trace, and always where the program chooses them itself. Siblings that look the same, with "
		"all their descendants, share a line from the fourth on.\n\nFor example:\n\n"
		"  cloneshim tree make.trace\n"
		"  cloneshim tree --pid 4711 --depth 2 make.trace",
		NULL,
		NULL,
		NULL};
	struct options options = {.depth_max = SIZE_MAX, .folds = true};
	struct trace_events *events;
	char why[128];
	int status;

	argp_err_exit_status = EXIT_USAGE;
	setlocale(LC_CTYPE, "");
	options.is_ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	events = trace_events_open(options.path, why, sizeof(why));
	if (events == NULL) {
		fprintf(stderr, "cloneshim: %s: %s\n", options.path, why);
		return EXIT_USAGE;
	}
	status = show_tree(events, &options);
	trace_events_close(events);
	return status;
}
