/* command_check.c: see command_check.h. */
#include "command/command_check.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARGUMENTS_MAX 32

const char *
command_path(void)
{
	return RUN_BUILD_DIRECTORY "/cloneshim";
}

void
command_run(struct run *run, const char *const *arguments)
{
	const char *argv[ARGUMENTS_MAX] = {command_path()};
	size_t count = 1;

	while (arguments[count - 1] != NULL) {
		cr_assert_lt(count, ARGUMENTS_MAX - 1);
		argv[count] = arguments[count - 1];
		count++;
	}
	run->argv = argv;
	cr_assert_eq(run_program(run), 0, "%s cannot be started", argv[0]);
	run->argv = NULL;
}

void
command_run_well(struct run *run, const char *const *arguments)
{
	command_run(run, arguments);
	cr_assert_eq(run->status, 0, "cloneshim %s: status %d: %s", arguments[0], run->status, run->errors);
	cr_assert_str_empty(run->errors);
}

void
command_record(struct run *run, const char *const *argv, const char *trace, const char *format)
{
	char record[1100], preload[1100];
	const char *environment[] = {record, format == NULL ? preload : NULL, NULL};

	snprintf(record, sizeof(record), "CLONESHIM_TRACE=%s", trace);
	snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", run_shim_path());
	run->argv = argv;
	run->environment = environment;
	run->format = format;
	cr_assert_eq(run_program(run), 0, "%s cannot be started", argv[0]);
	run->argv = NULL;
	run->environment = NULL;
}

static int
compare_lines(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

void
command_sort_lines(char *text)
{
	size_t count = run_count_lines(text, NULL), length = strlen(text), i = 0;
	char **lines = calloc(count + 1, sizeof(*lines)), *copy = strdup(text), *rest = copy;

	cr_assert(lines != NULL && copy != NULL);
	for (char *line; i < count && (line = strsep(&rest, "\n")) != NULL;)
		lines[i++] = line;
	qsort(lines, i, sizeof(*lines), compare_lines);
	for (size_t k = 0, at = 0; k < i && at <= length; k++)
		at += (size_t)snprintf(text + at, length + 1 - at, "%s\n", lines[k]);
	free(lines);
	free(copy);
}
