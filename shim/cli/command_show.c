/* command_show.c: prints a trace in one of the formats. */
#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "cli/arguments.h"
#include "cli/call_filter.h"
#include "cli/command.h"
#include "cli/damage.h"
#include "cli/event_format.h"
#include "cli/event_sources.h"
#include "cli/output.h"
#include "cli/progress.h"

void
format_host_write(const char *line, size_t length, int32_t pid)
{
	(void)pid;
	fwrite(line, 1, length, stdout);
}

void
format_host_count_lost(void)
{
}

struct options {
	const char *path;
	enum format_id format;
	bool symbols, is_filtered;
	struct call_filter_rule rule; /* times relative to the trace's begin, until it is open */
};

static const char *const format_names[] = {
#define FORMAT_NAME(id, name, before) [FORMAT_##id] = #name,
	FORMATS(FORMAT_NAME)
#undef FORMAT_NAME
};

#define FORMAT_IN_LIST(id, name, before) before #name

static void
take_format(struct argp_state *state, const char *name, struct options *options)
{
	for (size_t i = 0; i < sizeof(format_names) / sizeof(format_names[0]); i++)
		if (strcmp(name, format_names[i]) == 0) {
			options->format = (enum format_id)i;
			return;
		}
	argp_failure(state, EXIT_USAGE, 0, "--format %s: expected %s", name, FORMATS(FORMAT_IN_LIST));
}

static void
take_id(struct argp_state *state, const char *option, const char *value, int32_t *id)
{
	long number;

	if (!argument_number(value, 1, INT32_MAX, &number))
		argp_failure(state, EXIT_USAGE, 0, "--%s %s: expected a number from 1 on", option, value);
	else
		*id = (int32_t)number;
}

/* Names with commas between them. */
static void
take_calls(struct argp_state *state, const char *value, struct call_filter_rule *rule)
{
	rule->by_call = true;
	for (const char *rest = value; rest != NULL; rest = strchr(rest, ',')) {
		size_t length;
		bool is_known = false;

		rest += *rest == ',';
		length = strcspn(rest, ",");
		for (int call = 0; call < LIBC_CALL_COUNT; call++) {
			const char *name = libc_call_info((enum libc_call)call)->name;

			if (strlen(name) == length && strncmp(name, rest, length) == 0)
				rule->calls[call] = is_known = true;
		}
		if (!is_known)
			argp_failure(
				state, EXIT_USAGE, 0,
				"--api %.*s: expected a libc call that cloneshim observes, such as pthread_create, "
				"fork or posix_spawn",
				(int)length, rest);
	}
}

static void
take_time(struct argp_state *state, const char *option, const char *value, uint64_t *ns)
{
	struct options *options = state->input;

	options->rule.by_time = true;
	if (!argument_time(value, ns))
		argp_failure(state, EXIT_USAGE, 0, "--%s %s: " ARGUMENT_TIME_EXPECTED, option, value);
}

enum { OPTION_PID = 256, OPTION_TID, OPTION_API, OPTION_FAILED, OPTION_SINCE, OPTION_UNTIL };

static const struct argp_option known_options[] = {
	{"format", 'f', "FORMAT", 0, "text (default), strace or json", 0},
	{"symbols", 's', NULL, 0, "Name static and inlined functions and source lines, from the files that were traced",
	 0},
	{NULL, 0, NULL, 0, "Show only those calls, with their system calls and the calls inside them, that are", 1},
	{"pid", OPTION_PID, "N", 0, "made in process N", 1},
	{"tid", OPTION_TID, "N", 0, "made by thread N", 1},
	{"api", OPTION_API, "NAME[,NAME...]", 0, "of these libc calls; may be given several times", 1},
	{"failed", OPTION_FAILED, NULL, 0, "failed, or with a system call in them that failed", 1},
	{"since", OPTION_SINCE, "TIME", 0, "begun at TIME behind the trace's begin (1.5, 200ms, 3s), or later", 1},
	{"until", OPTION_UNTIL, "TIME", 0, "begun before TIME", 1},
	{0},
};

static bool
take_filter(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case OPTION_PID:
		take_id(state, "pid", value, &options->rule.pid);
		return true;
	case OPTION_TID:
		take_id(state, "tid", value, &options->rule.tid);
		return true;
	case OPTION_API:
		take_calls(state, value, &options->rule);
		return true;
	case OPTION_FAILED:
		options->rule.failed = true;
		return true;
	case OPTION_SINCE:
		take_time(state, "since", value, &options->rule.since_ns);
		return true;
	case OPTION_UNTIL:
		take_time(state, "until", value, &options->rule.until_ns);
		return true;
	default:
		return false;
	}
}

static error_t
take_option(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;

	if (take_filter(key, value, state)) {
		options->is_filtered = true;
		return 0;
	}
	switch (key) {
	case 'f':
		take_format(state, value, options);
		return 0;
	case 's':
		options->symbols = true;
		return 0;
	default:
		return argument_trace(key, value, state, &options->path);
	}
}

/* The file that is shown, and how. */
struct show {
	const struct format *format;
	struct trace_events *events;
	struct call_filter *filter;    /* NULL: everything is shown */
	struct symbolizer *symbolizer; /* NULL: not asked for */
};

static void
learn_filter(struct show *show)
{
	struct trace_event event;

	if (show->filter == NULL || !call_filter_needs_learning(show->filter))
		return;
	progress_start("looking for calls that failed", trace_events_reader(show->events));
	while (trace_events_next(show->events, &event)) {
		progress_step();
		call_filter_learn(show->filter, &event);
	}
	progress_end();
	trace_events_rewind(show->events);
}

static void
show_all(struct show *show)
{
	struct trace_event event;
	bool is_shown;

	progress_start("showing", trace_events_reader(show->events));
	while (output_goes_on() && trace_events_next(show->events, &event)) {
		progress_step();
		is_shown = show->filter == NULL || call_filter_shows(show->filter, &event);
		if (is_shown && show->symbolizer != NULL)
			event_sources_fill(show->symbolizer, &event);
		event_format_take(show->format, &event, is_shown);
	}
	progress_end();
	if (output_goes_on())
		event_format_finish(show->format);
}

/* False: out of memory. */
static bool
prepare(struct show *show, struct options *options)
{
	uint64_t start_ns = trace_reader_header(trace_events_reader(show->events))->start_monotonic_ns;
	struct call_filter_rule *rule = &options->rule;

	rule->since_ns += start_ns;
	if (__builtin_add_overflow(rule->until_ns, start_ns, &rule->until_ns))
		rule->until_ns = UINT64_MAX;
	show->format = format_by_id(options->format);
	if (options->is_filtered)
		show->filter = call_filter_new(rule, show->events);
	if (options->symbols)
		show->symbolizer = symbolizer_new(show->events);
	return (!options->is_filtered || show->filter != NULL) && (!options->symbols || show->symbolizer != NULL);
}

static void
complain(struct show *show, const char *path)
{
	const char *complaint;

	while (show->symbolizer != NULL && (complaint = symbolizer_complaint(show->symbolizer)) != NULL)
		fprintf(stderr, "cloneshim: %s; its names are not shown\n", complaint);
	damage_report(show->events, path);
}

/* Returns the exit status. */
static int
show_trace(struct options *options)
{
	struct show show = {0};
	char why[128];
	int status;

	show.events = trace_events_open(options->path, why, sizeof(why));
	if (show.events == NULL) {
		fprintf(stderr, "cloneshim: %s: %s\n", options->path, why);
		return EXIT_USAGE;
	}
	if (prepare(&show, options)) {
		learn_filter(&show);
		show_all(&show);
		status = output_finish();
		complain(&show, options->path);
	} else {
		fprintf(stderr, "cloneshim: out of memory\n");
		status = 1;
	}
	symbolizer_free(show.symbolizer);
	call_filter_free(show.filter);
	trace_events_close(show.events);
	return status;
}

int
command_show(int argc, char **argv)
{
	static const struct argp argp = {
		known_options,
		take_option,
		"TRACE",
		"Print a trace, as the shim would have written it live.\v"
		"For example, what failed in the first two seconds, with source lines:\n\n"
		"  cloneshim show --failed --until 2s --symbols make.trace\n\n"
		"What could not be read of the trace is said on standard error. Debugging information is "
		"looked for where gdb looks, and asked for over the network only when DEBUGINFOD_URLS is set.",
		NULL,
		NULL,
		NULL};
	struct options options = {.format = FORMAT_TEXT, .rule.until_ns = UINT64_MAX};

	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	return show_trace(&options);
}
