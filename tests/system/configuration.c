/* configuration.c: the environment variables, the good values and the bad ones. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <string.h>

#include "harness/victim_check.h"

struct bad_value {
	const char *variable, *value, *expected, *used;
};

static const struct bad_value bad_values[] = {
	{"CLONESHIM_FORMAT", "xml", "text", "text"},
	{"CLONESHIM_FORMAT", "", "strace", "text"},
	{"CLONESHIM_OUTPUT", "/nonexistent/directory/log", "file", "stderr"},
	{"CLONESHIM_OUTPUT", "", "file", "stderr"},
	{"CLONESHIM_PROBE", "ptrace", "auto", "auto"},
	{"CLONESHIM_PROBE", "two\nlines", "off", "auto"},
};

#define COUNT (sizeof(bad_values) / sizeof(bad_values[0]))

/* The parameter is a line's number: pointers do not survive the way into Criterion's worker. */
ParameterizedTestParameters(configuration, bad_value)
{
	static int numbers[COUNT];
	for (size_t i = 0; i < COUNT; i++)
		numbers[i] = (int)i;
	return cr_make_param_array(int, numbers, COUNT);
}

/* One line that says the variable, the value, what is expected, and what is used instead; and the program runs on. */
ParameterizedTest(int *number, configuration, bad_value, .timeout = 60)
{
	const struct bad_value *bad = &bad_values[*number];
	struct run run;
	char entry[256];
	snprintf(entry, sizeof(entry), "%s=%s", bad->variable, bad->value);
	const char *environment[] = {entry, NULL};
	struct victim victim = {.name = "creates_threads", .environment = environment};
	victim_run(&victim, "text", &run);
	cr_assert(strstr(run.output, "ok\n"), "%s", run.output);
	cr_assert_eq(run_count_lines(run.errors, bad->variable), 1, "%s", run.errors);
	const char *line = strstr(run.errors, bad->variable), *end = strchr(line, '\n');
	cr_assert_not_null(end);
	char complaint[512];
	snprintf(complaint, sizeof(complaint), "%.*s", (int)(end - line), line);
	char value[64];
	snprintf(value, sizeof(value), "%.*s", (int)strcspn(bad->value, "\n"), bad->value);
	cr_assert(strstr(complaint, value), "the value is missing: %s", complaint);
	cr_assert(strstr(complaint, bad->expected), "what is expected is missing: %s", complaint);
	cr_assert(strstr(complaint, bad->used), "what is used is missing: %s", complaint);
	/* and whatever is logged is in the default format */
	const char *log = run.log_size ? run.log : run.errors;
	expect_matches(log, 10, "pthread_create returned 0 ");
	run_free(&run);
}

/* The table, one line a variable, and nothing runs. */
Test(configuration, help, .timeout = 60)
{
	static const char *const environment[] = {"CLONESHIM_HELP=1", NULL};
	struct run run;
	struct victim victim = {.name = "creates_threads", .environment = environment};
	victim_run(&victim, "text", &run);
	const char *names[] = {"CLONESHIM_OUTPUT", "CLONESHIM_FORMAT", "CLONESHIM_PROBE", "CLONESHIM_HELP"};
	for (int i = 0; i < 4; i++)
		cr_assert_eq(run_count_lines(run.output, names[i]) + run_count_lines(run.errors, names[i]), 1,
			     "%s: %s%s", names[i], run.output, run.errors);
	cr_assert(!strstr(run.output, "ok\n"), "the program ran: %s", run.output);
	run_free(&run);
}
