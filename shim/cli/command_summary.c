/* command_summary.c: adds a trace up. */
#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/summary_print.h"
#include "cli/symbolizer.h"

#define DOCUMENTATION                                                                                                  \
	"Add a trace up: how often each libc call was made, which system call it became, how long both took, which "   \
	"stacks libc mapped for the new tasks, and what failed."                                                       \
	"\v"                                                                                                           \
	"A row is a call and the system calls that it became, \"(raw)\" one outside any call, \"(helper of CALL)\" "   \
	"one by a thread that libc keeps for the call. A system call belongs to the innermost call around it: where "  \
	"libc makes a call of its own inside another one (glibc 2.31: clone in pthread_create), the outer one's row "  \
	"says \"clone()\", and clone has the system call in its own row. The total counts calls, their errors and "    \
	"their times once: those of calls inside no other. Its system calls are all there are, as strace -c counts "   \
	"them; those that CLONESHIM_INJECT answered are counted apart.\n\n"                                            \
	"Times of up to 1024 calls a row are kept exactly. Of more, median and p99 (nearest rank) are right to 1 %, "  \
	"while sum and max stay exact. \"?\" stands for what was not observed. \"unfinished\" calls did not end "      \
	"while the trace was written.\n\n"                                                                             \
	"By path, a system call belongs to the outermost call: \"clone()→clone\" is one that the call inside made. " \
	"Addresses, sizes and descriptors are no part of a path; what is repeated has its number behind it.\n\n"       \
	"For example:\n\n"                                                                                             \
	"  CLONESHIM_TRACE=make.trace LD_PRELOAD=libcloneshim.so make\n"                                               \
	"  cloneshim summary --sort time make.trace\n"                                                                 \
	"  cloneshim summary --by caller --json make.trace\n"

struct options {
	const char *path;
	enum summary_by by;
	enum summary_order order;
	bool is_json;
};

static const struct {
	const char *name;
	enum summary_order order;
} orders[] = {
	{"count", SUMMARY_ORDER_COUNT},   {"time", SUMMARY_ORDER_TIME}, {"kernel", SUMMARY_ORDER_KERNEL},
	{"median", SUMMARY_ORDER_MEDIAN}, {"max", SUMMARY_ORDER_MAX},   {"errors", SUMMARY_ORDER_ERRORS},
	{"stacks", SUMMARY_ORDER_STACKS}, {"name", SUMMARY_ORDER_NAME},
};

static void
take_order(struct argp_state *state, const char *name, struct options *options)
{
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		if (strcmp(name, orders[i].name) == 0) {
			options->order = orders[i].order;
			return;
		}
	argp_failure(state, EXIT_USAGE, 0,
		     "--sort %s: expected count, time, kernel, median, max, errors, stacks or name", name);
}

static void
take_by(struct argp_state *state, const char *name, struct options *options)
{
	if (strcmp(name, "api") == 0)
		options->by = SUMMARY_BY_API;
	else if (strcmp(name, "caller") == 0)
		options->by = SUMMARY_BY_CALLER;
	else if (strcmp(name, "path") == 0)
		options->by = SUMMARY_BY_PATH;
	else
		argp_failure(state, EXIT_USAGE, 0, "--by %s: expected api, caller or path", name);
}

static error_t
take_option(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'b':
		take_by(state, value, options);
		return 0;
	case 's':
		take_order(state, value, options);
		return 0;
	case 'j':
		options->is_json = true;
		return 0;
	default:
		return argument_trace(key, value, state, &options->path);
	}
}

/* A call's caller is a return address, the caller of an orphan its syscall instruction. */
static void
find_source(void *context, const struct summary_row *row, struct source_frame *source)
{
	symbolizer_find(context, row->memory, row->caller.address, row->slot, row->kind == SUMMARY_CALL, source, 1);
}

/* Symbols are looked up only where a caller is shown: to open the debugging information of a large program takes time. */
static int
print(struct trace_events *events, const struct options *options)
{
	struct symbolizer *symbolizer = options->by == SUMMARY_BY_CALLER ? symbolizer_new(events) : NULL;
	struct summary *summary =
		summary_read(events, options->by, symbolizer != NULL ? find_source : NULL, symbolizer);
	bool is_printed = false;

	if (summary != NULL) {
		summary_sort(summary, options->order);
		is_printed = options->is_json ? summary_print_json(summary) : summary_print_text(summary);
	}
	if (!is_printed)
		fprintf(stderr, "cloneshim: %s: %s\n", options->path,
			summary == NULL ? "out of memory" : "the summary cannot be written");
	summary_free(summary);
	symbolizer_free(symbolizer);
	return is_printed ? 0 : 1;
}

int
command_summary(int argc, char **argv)
{
	static const struct argp_option known[] = {
		{"by", 'b', "WHAT", 0,
		 "a row per api (default), per caller: the place in the program, or per path: the system calls of a "
		 "call in "
		 "their order, with what they ask for",
		 0},
		{"sort", 's', "ORDER", 0,
		 "by count (default), time, kernel, median, max, errors, stacks: the largest first; or by name", 0},
		{"json", 'j', NULL, 0, "print one JSON object; times in nanoseconds", 0},
		{0},
	};
	static const struct argp argp = {known, take_option, "TRACE", DOCUMENTATION, NULL, NULL, NULL};
	struct options options = {.order = SUMMARY_ORDER_COUNT};
	struct trace_events *events;
	char why[128];
	int status;

	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	events = trace_events_open(options.path, why, sizeof(why));
	if (events == NULL) {
		fprintf(stderr, "cloneshim: %s: %s\n", options.path, why);
		return EXIT_USAGE;
	}
	status = print(events, &options);
	trace_events_close(events);
	return status;
}
