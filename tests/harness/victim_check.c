/* victim_check.c: see victim_check.h. */
#include "harness/victim_check.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/strace_log.h"

/* A list of lines, each once, or as often as it occurs. */
struct lines {
	char **list;
	size_t count;
};

static void
lines_add(struct lines *lines, char *line)
{
	lines->list = realloc(lines->list, (lines->count + 1) * sizeof(char *));
	lines->list[lines->count++] = line;
}

static void
lines_free(struct lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		free(lines->list[i]);
	free(lines->list);
}

static int
compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* The output without what differs between runs. */
static char *
output_to_compare(const char *output)
{
	char *kept = calloc(1, strlen(output) + 1);
	while (*output) {
		size_t length = strcspn(output, "\n");
		length += output[length] == '\n';
		if (!starts_with(output, "fact ") && !starts_with(output, "made "))
			strncat(kept, output, length);
		output += length;
	}
	return kept;
}

/* "[7] ", "[7:8] ": the tag of a line in text format; the task is the second number where there are two. */
static int
parse_tag(const char *line, int *length)
{
	int pid = 0, tid = 0, end = 0;
	if (sscanf(line, "[%d:%d] %n", &pid, &tid, &end) == 2 && end > 0)
		*length = end;
	else if (sscanf(line, "[%d] %n", &tid, &end) == 1 && end > 0)
		*length = end;
	else
		return 0;
	return tid;
}

/* What the program says it made, and what the log says, as lines "TASK KIND RESULT". */
static struct lines
lines_said(const char *output)
{
	struct lines said = {0};
	char *copy = strdup(output), *next = copy;
	for (char *line; (line = strsep(&next, "\n"));)
		if (starts_with(line, "made "))
			lines_add(&said, strdup(line + strlen("made ")));
	free(copy);
	return said;
}

static struct lines
lines_logged(const struct run *run)
{
	struct lines logged = {0};
	bool is_text = strcmp(run->format, "text") == 0;
	char *copy = strdup(run->log), *next = copy;
	for (char *line; (line = strsep(&next, "\n"));) {
		int prefix = 0, task = 0;
		if (*line == '\0')
			continue;
		if (is_text)
			task = parse_tag(line, &prefix);
		else
			sscanf(line, "%d %n", &task, &prefix);
		cr_assert(task > 0 && prefix > 0, "a line of the %s log without a task: %s", run->format, line);
		char *summary = strace_line_summary(task, line + prefix);
		cr_assert(summary || is_text, "a line of the strace log that is no creation syscall: %s", line);
		if (summary)
			lines_add(&logged, summary);
	}
	free(copy);
	return logged;
}

/* Is `said` told by `logged`? "7 thread ?" is told by any thread that 7 made. */
static bool
is_told(const char *said, const char *logged)
{
	size_t length = strlen(said);
	return said[length - 1] == '?' ? strncmp(said, logged, length - 1) == 0 : strcmp(said, logged) == 0;
}

/* Strikes out of both lists what they have in common: exact lines first, so that a ? takes none of their partners. */
static void
strike_out(struct lines *said, struct lines *logged, bool exact)
{
	for (size_t i = 0; i < said->count; i++) {
		char *line = said->list[i];
		if (!line || exact == (line[strlen(line) - 1] == '?'))
			continue;
		for (size_t j = 0; j < logged->count; j++)
			if (logged->list[j] && is_told(line, logged->list[j])) {
				free(line);
				free(logged->list[j]);
				said->list[i] = logged->list[j] = NULL;
				break;
			}
	}
}

static char *
lines_left(const struct lines *lines, size_t *count)
{
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	*count = 0;
	for (size_t i = 0; i < lines->count; i++)
		if (lines->list[i] && ++*count <= 20)
			fprintf(stream, "  %s\n", lines->list[i]);
	fclose(stream);
	return text;
}

static void
check_made(const struct victim *victim, const struct run *run)
{
	struct lines said = lines_said(run->output), logged = lines_logged(run);
	if (victim->not_observed) {
		cr_assert_eq(logged.count, 0, "%s, %s format: the log shows syscalls: %s", victim->name, run->format,
			     run->log);
		return;
	}
	qsort(said.list, said.count, sizeof(char *), compare_lines);
	qsort(logged.list, logged.count, sizeof(char *), compare_lines);
	strike_out(&said, &logged, true);
	strike_out(&said, &logged, false);
	size_t missing, extra;
	char *missing_text = lines_left(&said, &missing), *extra_text = lines_left(&logged, &extra);
	if (victim->says_not_all)
		extra = 0;
	cr_assert(missing == 0 && extra == 0,
		  "%s, %s format: %zu made and not in the log:\n%s%zu in the log and not made:\n%s", victim->name,
		  run->format, missing, missing_text, extra, extra_text);
	free(missing_text);
	free(extra_text);
	lines_free(&said);
	lines_free(&logged);
}

static void
start(const struct victim *victim, const char *format, struct run *run)
{
	char *before = victim->preload_before ? strdup(run_preload(victim->preload_before)) : NULL;
	char *after = victim->preload_after ? strdup(run_preload(victim->preload_after)) : NULL;
	const char *argv[5] = {run_victim(victim->name)};
	for (int i = 0, count = 1; i < 3; i++)
		if (victim->arguments[i])
			argv[count++] = victim->arguments[i];
	*run = (struct run){.argv = argv,
			    .format = format,
			    .environment = format ? victim->environment : NULL,
			    .preload_before = before,
			    .preload_after = after,
			    .timeout_s = 40};
	int error = run_program(run);
	cr_assert_eq(error, 0, "cannot run %s: %s", argv[0], strerror(-error));
	cr_assert(!run->timed_out, "%s, %s: did not end in %d s; output: %s", victim->name, format ? format : "bare",
		  run->timeout_s, run->output);
	run->argv = NULL;
	free(before);
	free(after);
}

void
victim_run(const struct victim *victim, const char *format, struct run *run)
{
	start(victim, format, run);
	cr_assert_eq(run->status, 0, "%s, %s: status %d\noutput: %s\nerrors: %s", victim->name,
		     format ? format : "bare", run->status, run->output, run->errors);
}

static void
check_same(const struct victim *victim, const struct run *bare, const struct run *run)
{
	cr_assert_eq(run->status, 0, "%s, %s format: status %d, bare 0\noutput: %s\nerrors: %s", victim->name,
		     run->format, run->status, run->output, run->errors);
	char *expected = output_to_compare(bare->output), *found = output_to_compare(run->output);
	cr_assert_str_eq(found, expected, "%s, %s format: output: %s\nbare: %s", victim->name, run->format, found,
			 expected);
	if (!victim->errors_differ)
		cr_assert_str_eq(run->errors, bare->errors, "%s, %s format: errors: %s\nbare: %s", victim->name,
				 run->format, run->errors, bare->errors);
	free(expected);
	free(found);
}

void
victim_check(const struct victim *victim, const char *reason, struct victim_runs *runs)
{
	start(victim, NULL, &runs->bare);
	if (runs->bare.status == VICTIM_SKIPPED)
		cr_skip_test("%s: %s", victim->name, reason);
	cr_assert_eq(runs->bare.status, 0, "%s is at fault itself, bare status %d: %s", victim->name, runs->bare.status,
		     runs->bare.output);
	char *verdict = strstr(runs->bare.output, "ok\n");
	cr_assert(verdict, "%s is at fault itself, it does not say ok: %s", victim->name, runs->bare.output);

	start(victim, "text", &runs->text);
	check_same(victim, &runs->bare, &runs->text);
	check_made(victim, &runs->text);

	start(victim, "strace", &runs->strace);
	check_same(victim, &runs->bare, &runs->strace);
	check_made(victim, &runs->strace);
}

void
victim_free(struct victim_runs *runs)
{
	run_free(&runs->bare);
	run_free(&runs->text);
	run_free(&runs->strace);
}

uint64_t
victim_fact(const struct run *run, const char *name)
{
	char *copy = strdup(run->output), *next = copy;
	uint64_t value = 0;
	bool found = false;
	for (char *line; (line = strsep(&next, "\n"));)
		if (starts_with(line, "fact ") && starts_with(line + 5, name) && line[5 + strlen(name)] == ' ') {
			value = strtoull(line + 5 + strlen(name), NULL, 0);
			found = true;
		}
	free(copy);
	cr_assert(found, "no fact %s in the output: %s", name, run->output);
	return value;
}

static size_t
count_formatted(const char *log, char *pattern, size_t size, const char *format, va_list arguments)
{
	vsnprintf(pattern, size, format, arguments);
	return run_count_matches(log, pattern);
}

void
expect_matches(const char *log, long count, const char *format, ...)
{
	char pattern[1024];
	va_list arguments;
	va_start(arguments, format);
	size_t found = count_formatted(log, pattern, sizeof(pattern), format, arguments);
	va_end(arguments);
	cr_assert_eq((long)found, count, "expected %ld lines that match %s, found %zu in\n%.4000s", count, pattern,
		     found, log);
}

void
expect_some_match(const char *log, const char *format, ...)
{
	char pattern[1024];
	va_list arguments;
	va_start(arguments, format);
	size_t found = count_formatted(log, pattern, sizeof(pattern), format, arguments);
	va_end(arguments);
	cr_assert(found > 0, "expected a line that matches %s in\n%.4000s", pattern, log);
}

void
expect_in_order(const char *log, const char *const patterns[])
{
	char *copy = strdup(log), *next = copy;
	size_t matched = 0;
	for (char *line; patterns[matched] && (line = strsep(&next, "\n"));)
		matched += run_count_matches(line, patterns[matched]) > 0;
	cr_assert_null(patterns[matched], "expected a line that matches %s after %s in\n%.6000s", patterns[matched],
		       matched ? patterns[matched - 1] : "nothing", log);
	free(copy);
}

void
expect_no_orphans(const char *log)
{
	expect_matches(log, 0, "from no intercepted call");
}
