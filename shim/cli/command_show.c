/* command_show.c: prints a trace in one of the formats. */
#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "cli/call_records.h"
#include "cli/command.h"
#include "cli/trace_events.h"
#include "decode/format.h"

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

static void
show_event(const struct format *format, const struct trace_event *event)
{
	call_records_enter(event->memory, event->kind == CLONESHIM_TRACE_CALL_BEGIN && event->as.begin.left_earlier);
	if (event->kind == CLONESHIM_TRACE_PROCESS && format->process != NULL)
		format->process(&event->as.process);
	else if (event->kind == CLONESHIM_TRACE_CALL_BEGIN && format->call_begin != NULL)
		format->call_begin(&event->as.begin);
	else if (event->kind == CLONESHIM_TRACE_SYSCALL && format->syscall != NULL)
		format->syscall(&event->as.syscall);
	else if (event->kind == CLONESHIM_TRACE_CALL_END && format->call_end != NULL)
		format->call_end(&event->as.end);
	else if (event->kind == CLONESHIM_TRACE_ENDED && !event->as.ended.by_run && !event->as.ended.status_known &&
		 format->close != NULL)
		format->close(event->as.ended.head.tid);
	if (event->kind == CLONESHIM_TRACE_PROCESS && event->as.process.kind == PROCESS_LOADED)
		call_records_replaced(event->as.process.head.pid);
}

/* Calls that were still under way when the trace, or their process, ended. */
static void
show_pending(const struct format *format)
{
	uint64_t memory;

	while (format->close != NULL && call_records_any(&memory)) {
		call_records_enter(memory, false);
		format->close(0);
	}
	call_records_clear();
}

struct options {
	const char *path;
	enum format_id format;
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

static error_t
take_option(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'f':
		take_format(state, value, options);
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 0)
			argp_failure(state, EXIT_USAGE, 0, "%s: expected one trace", value);
		options->path = value;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_failure(state, EXIT_USAGE, 0, "expected a trace");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int
command_show(int argc, char **argv)
{
	static const struct argp_option known[] = {
		{"format", 'f', "FORMAT", 0, "text (default), strace or json", 0},
		{0},
	};
	static const struct argp argp = {known, take_option, "TRACE", "Print a trace.", NULL, NULL, NULL};
	struct options options = {.format = FORMAT_TEXT};
	struct trace_events *events;
	struct trace_event event;
	char why[128];

	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	events = trace_events_open(options.path, why, sizeof(why));
	if (events == NULL) {
		fprintf(stderr, "cloneshim: %s: %s\n", options.path, why);
		return EXIT_USAGE;
	}
	while (trace_events_next(events, &event))
		show_event(format_by_id(options.format), &event);
	show_pending(format_by_id(options.format));
	trace_events_close(events);
	return 0;
}
