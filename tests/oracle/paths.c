/*
 * paths.c: the path of a call, as CLONESHIM_PATH=full shows it, held against strace over the same program without the shim: the same
 * system calls, one after the other. The program marks where each call begins and ends.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/run.h"

#define MARK "getpgid("

static const char *const kinds[] = {"pthread_create", "fork", "posix_spawn", "system", "popen"};

/* Appends the name of the system call that `line` begins with, up to its bracket. */
static void
append_name(char *names, const char *line)
{
	size_t length = strcspn(line, "(");

	strncat(names, line, length);
	strcat(names, "\n");
}

/* What the program's first task did between the marks; "--" between the calls. */
static char *
path_by_strace(const char *log)
{
	char *names = calloc(1, strlen(log) + 16), *copy = strdup(log), *next = copy;
	bool is_inside = false;
	int first = 0, task, start;

	for (char *line; (line = strsep(&next, "\n"));) {
		if (sscanf(line, "%d %n", &task, &start) != 1 || (first && task != first))
			continue;
		first = task;
		line += start;
		if (strncmp(line, MARK, strlen(MARK)) == 0) {
			is_inside = !is_inside;
			if (!is_inside)
				strcat(names, "--\n");
		} else if (is_inside && *line != '<' && *line != '+' && *line != '-') {
			append_name(names, line);
		}
	}
	free(copy);
	return names;
}

/* What the text log shows under the calls of the first task: indented, in strace's notation. */
static char *
path_by_shim(const char *log, const char *kind)
{
	char *names = calloc(1, strlen(log) + 16), *copy = strdup(log), *next = copy, returned[64];
	int first = 0, task, start;

	snprintf(returned, sizeof(returned), "%s returned ", kind);
	for (char *line; (line = strsep(&next, "\n"));) {
		if (sscanf(line, "[%d] %n", &task, &start) != 1 || (first && task != first))
			continue;
		first = task;
		start = (int)(strchr(line, ']') - line) + 2;
		line += start;
		if (strncmp(line, returned, strlen(returned)) == 0)
			strcat(names, "--\n");
		else if (strncmp(line, "  ", 2) == 0 && line[2] != ' ')
			append_name(names, line + 2);
	}
	free(copy);
	return names;
}

/* The parameter is a place in the table: pointers do not survive the way into Criterion's worker. */
ParameterizedTestParameters(paths, same_as_strace)
{
	static int places[] = {0, 1, 2, 3, 4};

	return cr_make_param_array(int, places, sizeof(places) / sizeof(places[0]));
}

ParameterizedTest(int *place, paths, same_as_strace, .timeout = 120)
{
	const char *kind = kinds[*place];
	char *scratch = run_scratch(), *log_path = run_join_path(scratch, "strace");
	char program[512];

	if (!run_program_exists("strace"))
		cr_skip_test("strace is not installed");
	snprintf(program, sizeof(program), "%s", run_victim("path_calls"));
	const char *traced[] = {"strace", "-f", "-o", log_path, program, kind, NULL}, *plain[] = {program, kind, NULL};
	const char *const full[] = {"CLONESHIM_PATH=full", NULL};
	struct run strace = {.argv = traced}, shim = {.argv = plain, .format = "text", .environment = full};

	cr_assert_eq(run_program(&strace), 0);
	if (strace.status != 0 && strstr(strace.errors, "ptrace"))
		cr_skip_test("ptrace is not permitted here");
	cr_assert_eq(strace.status, 0, "%s", strace.errors);
	cr_assert_eq(run_program(&shim), 0);
	cr_assert_eq(shim.status, 0, "%s", shim.errors);
	char *log = run_read_file(log_path, NULL);
	cr_assert_not_null(log);
	char *expected = path_by_strace(log), *found = path_by_shim(shim.log, kind);
	cr_assert(strlen(expected) > strlen("--\n--\n--\n"), "%s", log);
	cr_assert_str_eq(found, expected, "%s: the shim shows\n%s\nstrace shows\n%s\n%s", kind, found, expected,
			 shim.log);
	free(expected);
	free(found);
	free(log);
	run_free(&strace);
	run_free(&shim);
	free(log_path);
	run_scratch_remove(scratch);
}
