/* command_doctor.c: says what works on this machine, and for one program, and what to do where something does not. */
#include <argp.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "cli/doctor.h"
#include "cli/shim_path.h"

#define EXIT_NOT_TRACEABLE 1

#define DOCUMENTATION                                                                                                 \
	"Say what works on this machine and what limits it, and whether a program can be traced. The program is not " \
	"run."                                                                                                        \
	"\v"                                                                                                          \
	"Exits with 0 when the program can be traced, or, without one, when the shim can observe system calls here; " \
	"else with 1.\n\n"                                                                                            \
	"For example:\n\n"                                                                                            \
	"  cloneshim doctor\n"                                                                                        \
	"  cloneshim doctor /usr/bin/sudo\n"                                                                          \
	"  cloneshim doctor --json python3\n"

struct options {
	const char *program;
	bool is_json;
};

static error_t
take_option(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'j':
		options->is_json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 0)
			argp_failure(state, EXIT_USAGE, 0, "%s: expected one program, without arguments", value);
		options->program = value;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static bool
examine(struct findings *findings, const struct options *options)
{
	char why[PATH_MAX + 128];
	char *shim = shim_path_find(why, sizeof(why));
	struct program_check *check = malloc(sizeof(*check));
	bool works = doctor_machine(findings, shim);

	if (shim == NULL)
		findings_add(findings, FINDING_PROBLEM, "shim", "build it with make, or install it with make install",
			     "%s", why);
	doctor_rights(findings);
	doctor_limits(findings);
	if (options->program != NULL && check != NULL) {
		program_check(check, options->program);
		works = doctor_program(findings, check, options->program, shim);
	}
	free(check);
	free(shim);
	return works;
}

static bool
print_json(const struct findings *findings, const struct options *options, bool works)
{
	json_t *object = json_pack("{s:i, s:s, s:s?, s:b, s:o}", "schema", 1, "type", "doctor", "program",
				   options->program, "traceable", works, "findings", findings_json(findings));
	bool is_written = object != NULL && json_dumpf(object, stdout, JSON_INDENT(2)) == 0;

	json_decref(object);
	printf("\n");
	return is_written;
}

int
command_doctor(int argc, char **argv)
{
	static const struct argp_option known[] = {
		{"json", 'j', NULL, 0, "print one JSON object", 0},
		{0},
	};
	static const struct argp argp = {known, take_option, "[PROG]", DOCUMENTATION, NULL, NULL, NULL};
	struct options options = {0};
	struct findings *findings;
	bool works, is_printed = true;

	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	findings = findings_new();
	if (findings == NULL) {
		fprintf(stderr, "cloneshim: out of memory\n");
		return EXIT_NOT_TRACEABLE;
	}
	works = examine(findings, &options);
	if (options.is_json)
		is_printed = print_json(findings, &options, works);
	else
		findings_print(findings, stdout);
	if (!is_printed || fflush(stdout) != 0 || !findings_are_whole(findings))
		fprintf(stderr, "cloneshim: the findings could not be written as a whole\n");
	findings_free(findings);
	return works ? 0 : EXIT_NOT_TRACEABLE;
}
