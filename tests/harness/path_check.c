/* path_check.c: see path_check.h. The program marks where each call begins and ends. */
#include "harness/path_check.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/masked.h"
#include "harness/run.h"

#define MARK "getpgid("
#define UNFINISHED " <unfinished ...>"
#define RESUMED " resumed>"
#define BETWEEN_CALLS "--"
#define CALLS 3 /* that the program makes */

const char *const path_check_calls[] = {"pthread_create", "fork", "posix_spawn", "system", "popen", NULL};

/* Of these the shim shows numbers where strace shows words, or what is in memory. */
static const char *const shown_otherwise[] = {"getrandom(", "read(", "prlimit64(", "membarrier(", NULL};

static bool
begins_with(const char *text, const char *beginning)
{
	return strncmp(text, beginning, strlen(beginning)) == 0;
}

/* Up to where the path is compared: "getrandom() = #" of what is shown otherwise. */
static void
append(FILE *path, const char *line)
{
	for (size_t i = 0; shown_otherwise[i]; i++)
		if (begins_with(line, shown_otherwise[i])) {
			const char *result = strrchr(line, '=');

			fprintf(path, "%s) %s\n", shown_otherwise[i], result ? result : "?");
			return;
		}
	fprintf(path, "%s\n", line);
}

/* Whether `line` completes a system call, which is then in `call`. strace shows one in two parts where another task had something to
   say in between. */
static bool
take(const char *line, char *call, size_t size)
{
	const char *cut = strstr(line, UNFINISHED), *resumed = strstr(line, RESUMED);
	size_t begun = strlen(call);

	if (begins_with(line, "<... ") && resumed) {
		snprintf(call + begun, size - begun, "%s", resumed + strlen(RESUMED));
		return true;
	}
	if (!isalpha((unsigned char)line[0]))
		return false; /* a signal, or the end */
	snprintf(call, size, "%.*s", cut ? (int)(cut - line) : (int)strlen(line), line);
	return !cut;
}

/* What the program's first task did between the marks. */
static char *
path_by_strace(char *log)
{
	char *path, call[4096] = "";
	size_t size;
	int first = 0, task, start;
	bool is_inside = false;
	FILE *out = open_memstream(&path, &size);

	for (char *line; (line = strsep(&log, "\n"));) {
		if (sscanf(line, "%d %n", &task, &start) != 1 || (first && task != first))
			continue;
		first = task;
		if (!take(line + start, call, sizeof(call)))
			continue;
		if (!begins_with(call, MARK)) {
			if (is_inside)
				append(out, call);
			continue;
		}
		is_inside = !is_inside;
		if (!is_inside)
			append(out, BETWEEN_CALLS);
	}
	fclose(out);
	return path;
}

/* A system call is indented, and in strace's notation; a call inside the call says where it comes from. */
static bool
is_syscall(const char *line)
{
	return line[0] == ' ' && strspn(line + strspn(line, " "), "abcdefghijklmnopqrstuvwxyz_0123456789") > 0 &&
	       line[strspn(line, " abcdefghijklmnopqrstuvwxyz_0123456789")] == '(' && !strstr(line, ") called from ");
}

/* What the text log shows under the calls of the first task. */
static char *
path_by_shim(char *log, const char *call)
{
	char *path, returned[64];
	size_t size;
	int first = 0, task;
	FILE *out = open_memstream(&path, &size);

	snprintf(returned, sizeof(returned), "%s returned ", call);
	for (char *line; (line = strsep(&log, "\n"));) {
		if (sscanf(line, "[%d", &task) != 1 || (first && task != first))
			continue;
		first = task;
		line = strchr(line, ']') + 2;
		if (begins_with(line, returned))
			append(out, BETWEEN_CALLS);
		else if (is_syscall(line))
			append(out, line + strspn(line, " "));
	}
	fclose(out);
	return path;
}

static void
run_both(const char *program, const char *call, char **expected, char **found)
{
	char *scratch = run_scratch(), *log_path = run_join_path(scratch, "strace");
	const char *traced[] = {"strace", "-f", "-o", log_path, program, call, NULL}, *plain[] = {program, call, NULL};
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
	*expected = path_by_strace(log);
	*found = path_by_shim(shim.log, call);
	free(log);
	run_free(&strace);
	run_free(&shim);
	free(log_path);
	run_scratch_remove(scratch);
}

size_t
path_check(const char *program, const char *call)
{
	char *strace_path, *shim_path;

	if (!run_program_exists("strace"))
		cr_skip_test("strace is not installed");
	run_both(program, call, &strace_path, &shim_path);
	char *expected = masked_numbers(strace_path), *found = masked_numbers(shim_path);
	size_t lines = run_count_lines(expected, NULL);
	cr_assert_eq(run_count_lines(expected, BETWEEN_CALLS), CALLS, "%s", strace_path);
	cr_assert_gt(lines, 2 * CALLS, "%s", strace_path);
	cr_assert_str_eq(found, expected, "%s, %s: the shim shows\n%s\nstrace shows\n%s", program, call, shim_path,
			 strace_path);
	free(expected);
	free(found);
	free(strace_path);
	free(shim_path);
	return lines - CALLS;
}
