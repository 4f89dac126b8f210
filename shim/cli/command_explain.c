/* command_explain.c: says what the flags of a creation mean: those that are written on the command line, or those in a trace. */
#include <argp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/explain.h"

enum { TEXT_MAX = 8192, WHY_MAX = 256 };

struct options {
	char text[TEXT_MAX]; /* the arguments, with spaces between them */
	size_t argument_count;
	const char *syscall;
	bool is_json;
};

static void
take_argument(struct argp_state *state, const char *argument, struct options *options)
{
	size_t length = strlen(options->text);

	if (length + 1 + strlen(argument) >= sizeof(options->text))
		argp_failure(state, EXIT_USAGE, 0, "expected flags, or one line of strace, of up to %d bytes",
			     TEXT_MAX);
	snprintf(options->text + length, sizeof(options->text) - length, "%s%s", length > 0 ? " " : "", argument);
	options->argument_count++;
}

static error_t
take_option(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'j':
		options->is_json = true;
		return 0;
	case 's':
		if (strcmp(value, "clone") != 0 && strcmp(value, "clone3") != 0)
			argp_failure(state, EXIT_USAGE, 0, "--syscall %s: expected clone or clone3", value);
		options->syscall = value;
		return 0;
	case ARGP_KEY_ARG:
		take_argument(state, value, options);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_failure(state, EXIT_USAGE, 0, "expected flags, a line of strace, or a trace");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int
refuse(const char *what, const char *why)
{
	fprintf(stderr, "cloneshim: %s%s%s\n", what, what[0] != '\0' ? ": " : "", why);
	return EXIT_USAGE;
}

/* What looks like a path is one, whether it is there or not. A line of strace may have a / in a comment. */
static bool
is_path(const struct options *options)
{
	return options->argument_count == 1 && strchr(options->text, '/') != NULL &&
	       strchr(options->text, '(') == NULL && strstr(options->text, "/*") == NULL;
}

/* One argument that is a file, and no flags, is a trace, too. Returns the exit status. */
static int
read_input(struct explanation *explanation, const struct options *options)
{
	struct explain_combination *combination;
	char why[WHY_MAX];

	if (!is_path(options)) {
		combination = explanation_add(explanation);
		if (combination == NULL)
			return refuse("", "out of memory");
		if (explain_read(combination, options->text, options->syscall, why, sizeof(why)))
			return 0;
		if (options->argument_count != 1 || access(options->text, F_OK) != 0)
			return refuse("explain", why);
		explanation_free(explanation);
	}
	return explain_read_trace(explanation, options->text, why, sizeof(why)) ? 0 : refuse(options->text, why);
}

int
command_explain(int argc, char **argv)
{
	static const struct argp_option known[] = {
		{"json", 'j', NULL, 0, "print one JSON object", 0},
		{"syscall", 's', "NAME", 0,
		 "whose flags they are: clone or clone3. Without it, what holds for both is said", 0},
		{0},
	};
	static const struct argp argp = {
		known,
		take_option,
		"FLAGS\nLINE\nTRACE",
		"Say what the flags of a creation mean: each of them, what it needs and excludes, and what they amount "
		"to."
		"\vFLAGS are names and numbers with |, commas or spaces between them, LINE is one that strace or "
		"cloneshim has "
		"printed, TRACE is a recorded trace. For example:\n\n"
		"  cloneshim explain 'CLONE_VM|CLONE_VFORK|SIGCHLD'\n"
		"  cloneshim explain 0x1200011\n"
		"  cloneshim explain 'clone3({flags=CLONE_THREAD, exit_signal=0}, 88) = -1 EINVAL'\n"
		"  cloneshim explain make.trace",
		NULL,
		NULL,
		NULL,
	};
	struct options options = {.text = ""};
	struct explanation explanation = {0};
	int status;

	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	status = read_input(&explanation, &options);
	if (status == 0 && !options.is_json)
		explain_print_text(&explanation);
	else if (status == 0 && !explain_print_json(&explanation))
		status = refuse("explain", "the explanation cannot be written as JSON");
	explanation_free(&explanation);
	return status;
}
