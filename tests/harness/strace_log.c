/* strace_log.c: see strace_log.h. */
#include "harness/strace_log.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RESULT_COLUMN 40 /* strace(1), -a: default 40, counted from the start of the line, pid column included */
#define UNFINISHED " <unfinished ...>"
#define REPORT_LINES_MAX 40 /* a test that fails ten thousand times says it forty times */

static const char *const creation_syscalls[] = {"clone3(", "clone(", "fork(", "vfork("};

static bool
starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static bool
ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);
	return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static bool
is_creation_syscall(const char *text)
{
	for (size_t i = 0; i < sizeof(creation_syscalls) / sizeof(creation_syscalls[0]); i++)
		if (starts_with(text, creation_syscalls[i]))
			return true;
	return false;
}

/* Where " = result" begins: the last `)` that is followed by spaces and `= `; NULL when there is none. The text of an error
   has parentheses of its own, "= -1 EAGAIN (Resource temporarily unavailable)", but never that. */
static const char *
find_result(const char *line)
{
	const char *found = NULL;
	for (const char *at = line; (at = strchr(at, ')')); at++) {
		size_t spaces = strspn(at + 1, " ");
		if (spaces > 0 && starts_with(at + 1 + spaces, "= "))
			found = at + 1;
	}
	return found;
}

/* The line with the space before `=` as strace sets it in a line of one piece. */
static char *
pad_result(const char *line)
{
	char *padded;
	const char *result = find_result(line);
	if (!result)
		return strdup(line);
	int length = (int)(result - line);
	int spaces = RESULT_COLUMN - length > 1 ? RESULT_COLUMN - length : 1;
	return asprintf(&padded, "%.*s%*s%s", length, line, spaces, "", result + strspn(result, " ")) < 0 ? NULL
													  : padded;
}

struct parser {
	struct strace_log *log;
	size_t room;
	struct strace_call *unfinished; /* lines waiting for their second half */
	size_t unfinished_count, unfinished_room;
};

static void
push(struct strace_call **calls, size_t *count, size_t *room, struct strace_call call)
{
	if (*count == *room)
		*calls = realloc(*calls, (*room = *room ? 2 * *room : 64) * sizeof(**calls));
	(*calls)[(*count)++] = call;
}

/* A whole line of a creation syscall; takes `line`. */
static void
take_call(struct parser *parser, int task, char *line, bool joined)
{
	const char *result = find_result(line);
	if (!result || ends_with(line, "= ?")) {
		parser->log->died++;
		free(line);
	} else if (strstr(result, "= ? ERESTART")) {
		parser->log->restarted++;
		free(line);
	} else {
		push(&parser->log->calls, &parser->log->count, &parser->room,
		     (struct strace_call){.task = task, .line = line, .joined = joined});
	}
}

/* "<... clone3 resumed> => {parent_tid=[4138]}, 88) = 4138": joins `rest`, what follows the `>`, to what the task began. */
static bool
resume_call(struct parser *parser, int task, const char *rest)
{
	for (size_t i = 0; i < parser->unfinished_count; i++) {
		struct strace_call begun = parser->unfinished[i];
		if (begun.task != task)
			continue;
		parser->unfinished[i] = parser->unfinished[--parser->unfinished_count];
		char *joined = NULL;
		if (asprintf(&joined, "%s%s", begun.line, rest) < 0)
			return false;
		free(begun.line);
		char *padded = pad_result(joined);
		free(joined);
		if (ends_with(padded, UNFINISHED ")  = ?")) /* killed while it was cut */
			padded[strlen(padded) - strlen("  = ?")] = '\0';
		take_call(parser, task, padded, true);
		return true;
	}
	return false;
}

static void
take_strange(struct strace_log *log, const char *line)
{
	if (!log->strange)
		log->strange = strdup(line);
}

static void
note_end(struct strace_log *log, int task)
{
	for (size_t i = log->count; i-- > 0;)
		if (log->calls[i].task == task) {
			log->calls[i].was_last = true;
			return;
		}
}

static void
parse_line(struct parser *parser, char *line)
{
	int task, prefix = 0;
	if (sscanf(line, "%d %n", &task, &prefix) != 1 || prefix == 0) {
		take_strange(parser->log, line);
		return;
	}
	const char *text = line + prefix;
	bool is_unknown =
		starts_with(text, "???") || starts_with(text, "<... ??? resumed>"); /* cut by another's execve */
	if (is_unknown || starts_with(text, "+++ ") || starts_with(text, "--- ")) {
		parser->log->notes++;
		if (starts_with(text, "+++ killed") || starts_with(text, "+++ superseded"))
			note_end(parser->log, task);
	} else if (starts_with(text, "<... ")) {
		const char *rest = strstr(text, " resumed>");
		if (!rest || !resume_call(parser, task, rest + strlen(" resumed>")))
			take_strange(parser->log, line);
	} else if (is_creation_syscall(text) && ends_with(text, UNFINISHED)) {
		line[strlen(line) - strlen(UNFINISHED)] = '\0';
		push(&parser->unfinished, &parser->unfinished_count, &parser->unfinished_room,
		     (struct strace_call){.task = task, .line = strdup(line)});
	} else if (is_creation_syscall(text)) {
		take_call(parser, task, strdup(line), false);
	} else {
		take_strange(parser->log, line);
	}
}

void
strace_log_parse(struct strace_log *log, const char *text)
{
	memset(log, 0, sizeof(*log));
	struct parser parser = {.log = log};
	char *copy = strdup(text), *next = copy;
	for (char *line; (line = strsep(&next, "\n"));)
		if (*line)
			parse_line(&parser, line);
	free(copy);
	log->died += parser.unfinished_count;
	for (size_t i = 0; i < parser.unfinished_count; i++)
		free(parser.unfinished[i].line);
	free(parser.unfinished);
}

void
strace_log_free(struct strace_log *log)
{
	for (size_t i = 0; i < log->count; i++)
		free(log->calls[i].line);
	free(log->calls);
	free(log->strange);
	memset(log, 0, sizeof(*log));
}

/* The address after "NAME=" in the line; 0 when it has none. */
static unsigned long
find_address(const char *line, const char *name)
{
	const char *at = strstr(line, name);
	return at ? strtoul(at + strlen(name), NULL, 16) : 0;
}

/* Where a line shows the value at parent_tid, if the end of the thread overwrites that value; NULL otherwise. clone's line shows
   only the value, clone3's also both addresses. */
static char *
find_overwritten_tid(char *line)
{
	char *shown = strstr(line, "parent_tid=[");
	bool same_address =
		strstr(line, " clone(") || find_address(line, ", child_tid=") == find_address(line, ", parent_tid=");
	return shown && same_address && strstr(line, "CLONE_CHILD_CLEARTID") ? shown + strlen("parent_tid=[") : NULL;
}

size_t
strace_log_correct_parent_tid(struct strace_log *log)
{
	size_t corrected = 0;
	for (size_t i = 0; i < log->count; i++) {
		char *line = log->calls[i].line, *shown = find_overwritten_tid(line), *set;
		const char *result = find_result(line);
		long child = result ? strtol(strchr(result, '=') + 1, NULL, 10) : -1;
		if (!shown || child <= 0 || strtol(shown, NULL, 10) == child)
			continue;
		if (asprintf(&set, "%.*s%ld%s", (int)(shown - line), line, child, strchr(shown, ']')) < 0)
			continue;
		free(line);
		log->calls[i].line = set;
		corrected++;
	}
	return corrected;
}

static bool
stands_in(const struct strace_log *log, const struct strace_call *call)
{
	for (size_t i = 0; i < log->count; i++)
		if (log->calls[i].task == call->task && strcmp(log->calls[i].line, call->line) == 0)
			return true;
	return false;
}

size_t
strace_log_drop_last_words(struct strace_log *expected, const struct strace_log *found)
{
	size_t kept = 0, count = expected->count;
	for (size_t i = 0; i < count; i++) {
		struct strace_call *call = &expected->calls[i];
		if (call->was_last && !stands_in(found, call))
			free(call->line);
		else
			expected->calls[kept++] = *call;
	}
	expected->count = kept;
	return count - kept;
}

static int
compare_calls(const void *a, const void *b)
{
	const struct strace_call *left = a, *right = b;
	return left->task != right->task ? (left->task > right->task) - (left->task < right->task)
					 : strcmp(left->line, right->line);
}

void
strace_log_forget_order(struct strace_log *log)
{
	if (log->count)
		qsort(log->calls, log->count, sizeof(*log->calls), compare_calls);
}

static const struct strace_call *
find_next(const struct strace_log *log, size_t *index, int task)
{
	while (*index < log->count && log->calls[*index].task != task)
		(*index)++;
	return *index < log->count ? &log->calls[*index] : NULL;
}

static bool
stands_later(const struct strace_log *log, size_t index, const struct strace_call *call)
{
	for (index++; index < log->count; index++)
		if (log->calls[index].task == call->task && strcmp(log->calls[index].line, call->line) == 0)
			return true;
	return false;
}

static void
compare_task(struct strace_difference *difference, FILE *report, const struct strace_log *expected,
	     const struct strace_log *found, int task)
{
	size_t i = 0, j = 0;
	for (;;) {
		const struct strace_call *left = find_next(expected, &i, task), *right = find_next(found, &j, task);
		if (!left && !right)
			return;
		if (left && right && strcmp(left->line, right->line) == 0) {
			difference->same++;
			i++, j++;
			continue;
		}
		bool missing = left && (!right || stands_later(expected, i, right));
		bool extra = right && !missing && (!left || stands_later(found, j, left));
		if (missing)
			difference->missing++;
		else if (extra)
			difference->extra++;
		else
			difference->different++;
		if (difference->missing + difference->extra + difference->different <= REPORT_LINES_MAX)
			fprintf(report, "  expected: %s\n  found:    %s\n", extra ? "(nothing)" : left->line,
				missing ? "(nothing)" : right->line);
		i += !extra;
		j += !missing;
	}
}

static int
compare_numbers(const void *a, const void *b)
{
	return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b);
}

void
strace_log_compare(struct strace_difference *difference, const struct strace_log *expected,
		   const struct strace_log *found)
{
	memset(difference, 0, sizeof(*difference));
	size_t size, count = expected->count + found->count;
	FILE *report = open_memstream(&difference->report, &size);
	int *tasks = calloc(count + 1, sizeof(int));
	for (size_t i = 0; i < count; i++)
		tasks[i] = i < expected->count ? expected->calls[i].task : found->calls[i - expected->count].task;
	qsort(tasks, count, sizeof(int), compare_numbers);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || tasks[i] != tasks[i - 1])
			compare_task(difference, report, expected, found, tasks[i]);
	free(tasks);
	fclose(report);
}

char *
strace_line_summary(int task, const char *line)
{
	const char *result = find_result(line);
	if (!is_creation_syscall(line) || !result)
		return NULL;
	result += strspn(result, " ") + strlen("= ");
	const char *kind = "process";
	if (starts_with(line, "vfork("))
		kind = "vfork";
	else if (strstr(line, "CLONE_THREAD"))
		kind = "thread";
	else if (strstr(line, "CLONE_VFORK"))
		kind = "spawn";
	/* "7", or "-1 EAGAIN" without its explanation */
	size_t length = strcspn(result, " ");
	if (result[0] == '-' && result[length] == ' ')
		length += 1 + strcspn(result + length + 1, " ");
	char *summary;
	return asprintf(&summary, "%d %s %.*s", task, kind, (int)length, result) < 0 ? NULL : summary;
}
