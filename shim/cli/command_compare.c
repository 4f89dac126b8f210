/* command_compare.c: compares what calls became in several traces, or those in one. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/compare.h"
#include "cli/compare_run.h"
#include "cli/damage.h"
#include "cli/output.h"

#define WHY_MAX 128
#define TRACE_NAME_MAX 4096

enum { OPTION_MARKDOWN = 256, OPTION_RUN, OPTION_LABEL, OPTION_API, OPTION_BY, OPTION_PATH };

#define DOCUMENTATION                                                                                                  \
	"Compare what libc's calls became: which system calls, with which flags, on which stack, how long they "       \
	"took, and what failed."                                                                                       \
	"\v"                                                                                                           \
	"Two to six TRACEs, or commands to --run, are the columns; with --by api, it is the calls of one trace. "      \
	"There is a section for each call that several of them have, the most frequent call first; where they have "   \
	"none in common, their most frequent calls are compared. Of each call it is the most frequent path that is "   \
	"shown; how many calls took another one is said, and `cloneshim summary --by path` lists them all.\n\n"        \
	"System calls stand in their order, those that the columns have in common in one line. \"≠\" marks what "    \
	"differs, \"–\" stands for what is not there, \"?\" for what was not observed. Counts and times, which are " \
	"others each time, are told and not compared.\n\n"                                                             \
	"For example:\n\n"                                                                                             \
	"  cloneshim compare old.trace new.trace\n"                                                                    \
	"  cloneshim compare --by api demo.trace\n"                                                                    \
	"  cloneshim compare -d --run ./threads --run './processes -n 4'\n"

/* A column's trace, or the command to record it of. */
struct source {
	const char *name;
	bool is_command;
};

struct options {
	struct source sources[COMPARE_COLUMNS_MAX];
	const char *labels[COMPARE_COLUMNS_MAX];
	size_t source_count, label_count;
	const char *path;
	bool is_json, is_markdown;
	struct compare_choice choice;
	struct compare_style style;
};

static void
add_source(struct argp_state *state, const char *name, bool is_command)
{
	struct options *options = state->input;

	if (options->source_count == COMPARE_COLUMNS_MAX)
		argp_failure(state, EXIT_USAGE, 0, "%s: expected at most %d traces and commands", name,
			     COMPARE_COLUMNS_MAX);
	options->sources[options->source_count++] = (struct source){name, is_command};
}

static void
add_label(struct argp_state *state, const char *label)
{
	struct options *options = state->input;

	if (options->label_count == COMPARE_COLUMNS_MAX)
		argp_failure(state, EXIT_USAGE, 0, "--label %s: expected at most one for each trace", label);
	options->labels[options->label_count++] = label;
}

static void
take_api(struct argp_state *state, const char *name)
{
	struct options *options = state->input;

	for (int call = 0; call < LIBC_CALL_COUNT; call++)
		if (strcmp(libc_call_info((enum libc_call)call)->name, name) == 0)
			options->choice.api = name;
	if (options->choice.api == NULL)
		argp_failure(state, EXIT_USAGE, 0,
			     "--api %s: expected a libc call that is observed, such as pthread_create or fork", name);
}

static void
check(struct argp_state *state, const struct options *options)
{
	if (options->choice.by_api && options->source_count != 1)
		argp_failure(state, EXIT_USAGE, 0, "expected one trace with --by api");
	if (!options->choice.by_api && options->source_count < 2)
		argp_failure(state, EXIT_USAGE, 0, "expected two to %d traces, or one with --by api",
			     COMPARE_COLUMNS_MAX);
	if (options->label_count > options->source_count)
		argp_failure(state, EXIT_USAGE, 0, "--label %s: expected at most one for each trace",
			     options->labels[options->source_count]);
	if (options->is_json && options->is_markdown)
		argp_failure(state, EXIT_USAGE, 0, "--json --markdown: expected one of them");
}

static error_t
take_option(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'j':
		options->is_json = true;
		return 0;
	case OPTION_MARKDOWN:
		options->is_markdown = true;
		return 0;
	case 'd':
		options->style.only_differences = true;
		return 0;
	case OPTION_RUN:
		if (!compare_run_accepts(value))
			exit(EXIT_USAGE);
		add_source(state, value, true);
		return 0;
	case OPTION_LABEL:
		add_label(state, value);
		return 0;
	case OPTION_API:
		take_api(state, value);
		return 0;
	case OPTION_BY:
		if (strcmp(value, "trace") != 0 && strcmp(value, "api") != 0)
			argp_failure(state, EXIT_USAGE, 0, "--by %s: expected trace or api", value);
		options->choice.by_api = strcmp(value, "api") == 0;
		return 0;
	case OPTION_PATH:
		if (strcmp(value, "full") != 0 && strcmp(value, "creation") != 0)
			argp_failure(state, EXIT_USAGE, 0, "--path %s: expected creation or full", value);
		options->path = value;
		return 0;
	case ARGP_KEY_ARG:
		add_source(state, value, false);
		return 0;
	case ARGP_KEY_END:
		check(state, options);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int
refuse(const char *what, const char *why)
{
	fprintf(stderr, "cloneshim: %s: %s\n", what, why);
	return EXIT_USAGE;
}

/* Opens one that is there. Returns the exit status. */
static int
open_trace(struct comparison *comparison, const char *path, const char *name, const char *label)
{
	char why[WHY_MAX];

	if (!compare_add_trace(comparison, path, label, why, sizeof(why)))
		return refuse(name, why);
	comparison->traces[comparison->trace_count - 1].path = name;
	damage_report(comparison->traces[comparison->trace_count - 1].events, name);
	return 0;
}

/* "threads 4" of "/some/where/threads 4". */
static const char *
short_command(const char *command)
{
	const char *name = command + strspn(command, " ");

	for (const char *c = name; *c != '\0' && *c != ' '; c++)
		if (*c == '/' && c[1] != '\0' && c[1] != ' ')
			name = c + 1;
	return name;
}

/* What has been read stays mapped when its file is gone. */
static int
record_and_open(struct comparison *comparison, const struct options *options, size_t index)
{
	const char *command = options->sources[index].name, *label = options->labels[index], *root = getenv("TMPDIR");
	char directory[TRACE_NAME_MAX - 8], trace[TRACE_NAME_MAX];
	int status;

	snprintf(directory, sizeof(directory), "%s/cloneshim.XXXXXX", root != NULL && root[0] != '\0' ? root : "/tmp");
	if (mkdtemp(directory) == NULL)
		return refuse(directory, strerror(errno));
	snprintf(trace, sizeof(trace), "%s/trace", directory);
	status = compare_run(command, trace, options->path);
	if (status == 0)
		status = open_trace(comparison, trace, command, label != NULL ? label : short_command(command));
	unlink(trace);
	rmdir(directory);
	return status;
}

static int
open_all(struct comparison *comparison, const struct options *options)
{
	int status = 0;

	for (size_t i = 0; status == 0 && i < options->source_count; i++)
		if (options->sources[i].is_command)
			status = record_and_open(comparison, options, i);
		else
			status = open_trace(comparison, options->sources[i].name, options->sources[i].name,
					    options->labels[i]);
	return status;
}

static int
print(const struct comparison *comparison, const struct options *options)
{
	if (options->is_json && !compare_print_json(comparison, &options->style) && !ferror(stdout))
		return refuse("compare", "out of memory");
	if (options->is_markdown)
		compare_print_markdown(comparison, &options->style);
	else if (!options->is_json)
		compare_print_text(comparison, &options->style);
	output_goes_on();
	return output_finish();
}

int
command_compare(int argc, char **argv)
{
	static const struct argp_option known[] = {
		{"json", 'j', NULL, 0, "print one JSON object", 0},
		{"markdown", OPTION_MARKDOWN, NULL, 0, "print tables for a document", 0},
		{"only-differences", 'd', NULL, 0, "leave out what is the same everywhere, counts and times", 0},
		{"api", OPTION_API, "NAME", 0, "this libc call alone", 0},
		{"by", OPTION_BY, "WHAT", 0, "a column for each trace (default), or for each api of one trace", 0},
		{"label", OPTION_LABEL, "TEXT", 0,
		 "what the next column is called; without it, by its program and libc, or its command", 0},
		{"run", OPTION_RUN, "CMD", 0, "run a command now, and compare what it does; its output goes to stderr",
		 0},
		{"path", OPTION_PATH, "PATH", 0,
		 "with --run: record creation system calls alone (creation), or all of a call (full)", 0},
		{0},
	};
	static const struct argp argp = {known, take_option, "TRACE TRACE...\n--by api TRACE", DOCUMENTATION, NULL,
					 NULL,  NULL};
	const char *no_colour = getenv("NO_COLOR");
	struct options options = {0};
	struct comparison comparison = {0};
	int status;

	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &options);
	options.style.is_bold = isatty(STDOUT_FILENO) && (no_colour == NULL || no_colour[0] == '\0');
	status = open_all(&comparison, &options);
	if (status == 0 && !compare_make(&comparison, &options.choice))
		status = refuse("compare", "out of memory");
	if (status == 0 && options.choice.api != NULL && comparison.section_count == 0)
		status = refuse(options.choice.api, "expected a call that is in one of the traces");
	if (status == 0)
		status = print(&comparison, &options);
	compare_free(&comparison);
	return status;
}
