/* trace_cost.c: what is recorded costs no system call, but for the trace's next pages: strace sees the program's own between a call and its
   end. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/command_check.h"

TestSuite(trace_cost, .timeout = 120);

/* Of a line of `strace -f -o`: "PID  name(…". False: it is another kind of line. */
static bool
take_name(const char *line, int *tid, char *name)
{
	return sscanf(line, "%d %31[a-z0-9_](", tid, name) == 2 && strchr(line, '(') != NULL;
}

/* The names of the system calls that the tasks that set marks made between these, each pair of marks a line, in the order of the marks. */
static char *
between_marks(const char *log)
{
	char *copy = strdup(log), *rest = copy, *text = NULL;
	int inside[8] = {0}, tid;
	size_t size;
	FILE *names = open_memstream(&text, &size);

	for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
		char name[32];
		int place = 0;

		if (!take_name(line, &tid, name))
			continue;
		while (place < 7 && inside[place] != 0 && inside[place] != tid)
			place++;
		if (strcmp(name, "write") == 0 && strstr(line, "(-1, \"begin\"") != NULL)
			inside[place] = tid;
		else if (strcmp(name, "write") == 0 && strstr(line, "(-1, \"end__\"") != NULL) {
			fputc('\n', names);
			inside[place] = -1;
		} else if (inside[place] == tid)
			fprintf(names, "%s ", name);
	}
	fclose(names);
	free(copy);
	return text;
}

static char *
strace(const char *shim, const char *trace)
{
	char *directory = run_scratch(), *log = run_join_path(directory, "log"), preload[1200], record[1200], *text,
	     *names;
	const char *argv[] = {"strace", "-f",    "-qq", "-o",   log,
			      "-E",     preload, "-E",  record, run_victim("creates_between_marks"),
			      NULL};
	struct run run = {.argv = argv};

	snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", shim);
	snprintf(record, sizeof(record), "CLONESHIM_TRACE=%s", trace);
	cr_assert_eq(run_program(&run), 0);
	if (run.status != 0)
		cr_skip_test("strace cannot trace here: %s", run.errors);
	text = run_read_file(log, NULL);
	cr_assert_not_null(text);
	names = between_marks(text);
	free(text);
	free(log);
	run_free(&run);
	run_scratch_remove(directory);
	return names;
}

/* Takes a name out of a line. Returns how often it was there. */
static size_t
remove_name(char *line, const char *name)
{
	size_t count = 0;

	for (char *at; (at = strstr(line, name)) != NULL; count++)
		memmove(at, at + strlen(name), strlen(at + strlen(name)) + 1);
	return count;
}

/* The first calls tell what stands at their addresses, and are left out: twelve pairs of marks, the first two of each thread. */
Test(trace_cost, no_system_call)
{
	char *directory = run_scratch(), *path = run_join_path(directory, "trace"), *bare, *traced, *bare_rest,
	     *traced_rest;

	if (!run_program_exists("strace"))
		cr_skip_test("no strace");
	bare_rest = bare = strace("", "");
	traced_rest = traced = strace(run_shim_path(), path);
	for (int mark = 0; mark < 12; mark++) {
		char *left = strsep(&bare_rest, "\n"), *right = strsep(&traced_rest, "\n");
		size_t more;

		cr_assert(left != NULL && right != NULL, "bare:\n%straced:\n%s", bare, traced);
		more = remove_name(right, "madvise ") - remove_name(left, "madvise ");
		cr_expect_leq(more, 1, "%zu times for pages", more);
		if (mark % 6 >= 2)
			cr_expect_str_eq(right, left, "pair %d", mark);
	}
	free(bare);
	free(traced);
	run_scratch_remove(directory);
	free(path);
}
