/* show.c: which part of a trace `cloneshim show` prints, and what it says when it cannot read all of it. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/command_check.h"
#include "command/script.h"
#include "harness/trace_maker.h"

TestSuite(show, .timeout = 60);

#define ARGUMENTS_MAX 12

struct recorded {
	char *directory, *trace;
};

static struct recorded
record(const char *program)
{
	struct recorded recorded = {.directory = run_scratch()};
	const char *argv[] = {run_victim(program), NULL};
	struct run run = {0};

	recorded.trace = run_join_path(recorded.directory, "trace");
	command_record(&run, argv, recorded.trace, NULL);
	cr_assert_eq(run.status, 0, "%s: %s", program, run.errors);
	run_free(&run);
	return recorded;
}

static void
forget(struct recorded *recorded)
{
	run_scratch_remove(recorded->directory);
	free(recorded->trace);
}

/* `cloneshim show` with these options, up to NULL, in `format`; to be freed. */
static char *
show(const struct recorded *recorded, const char *format, const char *const *options)
{
	const char *arguments[ARGUMENTS_MAX] = {"show", recorded->trace, "--format", format};
	struct run shown = {0};
	char *output;

	for (size_t i = 0; options[i] != NULL; i++)
		arguments[4 + i] = options[i];
	command_run_well(&shown, arguments);
	output = strdup(shown.output);
	run_free(&shown);
	return output;
}

#define OPTIONS(...) ((const char *const[]){__VA_ARGS__, NULL})

static const char *const everything[] = {NULL};

/* The lines of `text` that have one of two parts in them. */
static char *
lines_with(const char *text, const char *part, const char *other)
{
	char *kept = calloc(1, strlen(text) + 1), *copy = strdup(text), *rest = copy, *end = kept;

	for (char *line; (line = strsep(&rest, "\n")) != NULL;)
		if (*line != '\0' && (strstr(line, part) != NULL || strstr(line, other) != NULL))
			end += sprintf(end, "%s\n", line);
	free(copy);
	return kept;
}

/* A call is one object of the json format, so that a line says what the filter has to find. */
static void
expect_as_picked(const struct recorded *recorded, const char *const *options, const char *part, const char *other)
{
	char *all = show(recorded, "json", everything), *expected = lines_with(all, part, other),
	     *found = show(recorded, "json", options);

	cr_expect_str_not_empty(expected);
	cr_expect_str_eq(found, expected);
	free(all);
	free(expected);
	free(found);
}

Test(show, calls_by_name)
{
	struct recorded recorded = record("every_call");

	expect_as_picked(&recorded, OPTIONS("--api", "fork"), "\"api\":\"fork\"", "\"api\":\"fork\"");
	expect_as_picked(&recorded, OPTIONS("--api", "fork", "--api=posix_spawn"), "\"api\":\"fork\"",
			 "\"api\":\"posix_spawn\"");
	expect_as_picked(&recorded, OPTIONS("--api", "posix_spawn,fork"), "\"api\":\"fork\"",
			 "\"api\":\"posix_spawn\"");
	forget(&recorded);
}

Test(show, calls_that_failed)
{
	struct recorded recorded = record("thread_create_fails");

	expect_as_picked(&recorded, OPTIONS("--failed"), "\"errno\":\"E", "\"error\":\"E");
	forget(&recorded);
}

static int
pid_of_line(const char *text, const char *part)
{
	const char *line = strstr(text, part);
	int pid = 0;

	while (line != NULL && line > text && line[-1] != '\n')
		line--;
	cr_assert(line != NULL && sscanf(line, "[%d", &pid) == 1, "no line with %s in:\n%s", part, text);
	return pid;
}

Test(show, calls_of_a_process)
{
	struct recorded recorded = record("fork_child_goes_on");
	char *all = show(&recorded, "text", everything), pid[16], tag[24], other_tag[24];
	char *expected, *found;

	snprintf(pid, sizeof(pid), "%d", pid_of_line(all, "a copy of"));
	snprintf(tag, sizeof(tag), "[%s]", pid);
	snprintf(other_tag, sizeof(other_tag), "[%s:", pid);
	expected = lines_with(all, tag, other_tag);
	found = show(&recorded, "text", OPTIONS("--pid", pid));
	command_sort_lines(expected);
	command_sort_lines(found);
	cr_expect_str_eq(found, expected);
	cr_expect_str_neq(found, all);
	free(found);
	found = show(&recorded, "text", OPTIONS("--pid", "1"));
	cr_expect_str_empty(found);
	free(all);
	free(expected);
	free(found);
	forget(&recorded);
}

/* The copy of a process may be done with the call that was copied before the original is. Both ends are told, each by its process. */
Test(show, an_end_in_a_copy_is_the_copys_own)
{
	struct trace_maker maker = trace_maker_new(1024);
	uint64_t memory = trace_maker_add_process(&maker);
	struct cloneshim_trace_process copy = {
		.kind = CLONESHIM_TRACE_COPIED, .copied_from = 100, .copied_memory = memory};
	struct cloneshim_trace_call_end end = {.flags = CLONESHIM_TRACE_END_RESULT, .result = 102, .begun_pid = 100};
	const char *const none[] = {NULL}, *const nine[] = {"", "", "", "", "", "", "", "", "", NULL};
	struct recorded recorded = {.directory = run_scratch()};
	char *found;

	trace_maker_add_begin(&maker, memory, 1);
	copy.record = (struct cloneshim_trace_record){.pid = 101, .tid = 101};
	copy.record.memory = trace_maker_header(&maker)->next;
	trace_maker_add(&maker, CLONESHIM_TRACE_PROCESS, &copy, sizeof(copy), nine);
	end.begun_as_id = 1;
	end.record =
		(struct cloneshim_trace_record){.pid = 101, .tid = 101, .call_id = 1, .memory = copy.record.memory};
	trace_maker_add(&maker, CLONESHIM_TRACE_CALL_END, &end, sizeof(end), none);
	trace_maker_add_end(&maker, memory, 1);
	recorded.trace = run_join_path(recorded.directory, "trace");
	cr_assert_eq(trace_maker_write(&maker, recorded.trace), 0);
	found = show(&recorded, "text", OPTIONS("--pid", "100"));
	cr_expect_eq(run_count_matches(found, "^\\[100\\] fork returned 101"), 1, "%s", found);
	cr_expect_eq(run_count_lines(found, "[101]"), 0, "%s", found);
	free(found);
	found = show(&recorded, "text", OPTIONS("--pid", "101"));
	cr_expect_eq(run_count_matches(found, "^\\[101\\] fork returned 102"), 1, "%s", found);
	cr_expect_eq(run_count_lines(found, "[100]"), 0, "%s", found);
	free(found);
	trace_maker_free(&maker);
	forget(&recorded);
}

/* In text a call is several lines, the first of which comes before the result is known. */
Test(show, a_call_with_all_its_lines)
{
	struct recorded recorded = record("creates_threads");
	char *found = show(&recorded, "text", OPTIONS("--api", "pthread_create"));
	size_t calls = run_count_lines(found, "pthread_create(");

	cr_expect_gt(calls, 0);
	cr_expect_eq(run_count_lines(found, "pthread_create returned 0"), calls);
	cr_expect_eq(run_count_matches(found, "\\]   clone3?\\("), calls);
	cr_expect_eq(run_count_lines(found, "    a thread of this process"), calls);
	cr_expect_eq(run_count_lines(found, NULL), 4 * calls);
	free(found);
	forget(&recorded);
}

/* A call inside a call that is shown is shown. */
Test(show, calls_inside_a_call)
{
	struct recorded recorded = record("fork_nested_deeply");
	char *all = show(&recorded, "strace", everything),
	     *by_name = show(&recorded, "strace", OPTIONS("--api", "fork")),
	     *failed = show(&recorded, "text", OPTIONS("--failed")),
	     *text = show(&recorded, "text", OPTIONS("--api", "fork"));

	cr_expect_gt(run_count_lines(all, NULL), 10);
	cr_expect_str_eq(by_name, all);
	cr_expect_gt(run_count_matches(text, "^\\[[0-9]+\\]     *fork\\("), 0);
	cr_expect_str_empty(failed);
	free(all);
	free(by_name);
	free(failed);
	free(text);
	forget(&recorded);
}

/* … whatever it is; and what is around a call that is shown is not. */
Test(show, other_calls_inside_a_call)
{
	struct recorded recorded = record("atfork_creates_threads");
	char *outer = show(&recorded, "text", OPTIONS("--api", "fork")),
	     *inner = show(&recorded, "text", OPTIONS("--api", "pthread_create"));

	cr_expect_gt(run_count_matches(outer, "\\]   pthread_create\\("), 0, "%s", outer);
	cr_expect_gt(run_count_lines(inner, "pthread_create("), 0, "%s", inner);
	cr_expect_eq(run_count_matches(inner, "\\] *fork"), 0, "%s", inner);
	free(outer);
	free(inner);
	forget(&recorded);
}

Test(show, a_span_of_time)
{
	struct recorded recorded = record("every_call");
	char *all = show(&recorded, "text", everything),
	     *since = show(&recorded, "text", OPTIONS("--since", "0", "--until", "3m")),
	     *before = show(&recorded, "text", OPTIONS("--until", "0ns")),
	     *after = show(&recorded, "text", OPTIONS("--since", "180000ms"));

	cr_expect_str_eq(since, all);
	cr_expect_str_empty(before);
	cr_expect_str_empty(after);
	free(all);
	free(since);
	free(before);
	free(after);
	forget(&recorded);
}

struct bad {
	char option[16], value[16], expected[40];
};

ParameterizedTestParameters(show, refuses)
{
	static struct bad rows[] = {
		{"--pid", "0", "--pid 0: expected a number"},
		{"--pid", "4x", "--pid 4x: expected a number"},
		{"--tid", "99999999999", "expected a number"},
		{"--api", "strcpy", "--api strcpy: expected a libc call"},
		{"--api", "fork,", "expected a libc call"},
		{"--since", "1.2.3", "--since 1.2.3: expected a time"},
		{"--since", "-1", "--since -1: expected a time"},
		{"--until", "3h", "--until 3h: expected a time"},
		{"--until", ".", "--until .: expected a time"},
		{"--until", "999999999999", "expected a time"},
		{"--format", "xml", "--format xml: expected text"},
	};

	return cr_make_param_array(struct bad, rows, sizeof(rows) / sizeof(rows[0]));
}

ParameterizedTest(struct bad *row, show, refuses)
{
	const char *arguments[] = {"show", "trace", row->option, row->value, NULL};
	struct run run = {0};

	command_run(&run, arguments);
	cr_expect_eq(run.status, 2);
	cr_expect_str_empty(run.output);
	cr_expect_eq(run_count_lines(run.errors, NULL), 1, "%s", run.errors);
	cr_expect_neq(strstr(run.errors, row->expected), NULL, "%s", run.errors);
	run_free(&run);
}

Test(show, says_what_is_missing)
{
	struct recorded recorded = record("every_call");
	const char *arguments[] = {"show", recorded.trace, NULL};
	struct run run = {0};

	cr_assert_eq(truncate(recorded.trace, 4096 + 64 * 40), 0);
	command_run(&run, arguments);
	cr_expect_eq(run.status, 0);
	cr_expect_str_not_empty(run.output);
	cr_expect_eq(run_count_lines(run.errors, NULL), 1, "%s", run.errors);
	cr_expect_eq(run_count_matches(run.errors, "[0-9]+ slots are missing: the file was cut short"), 1, "%s",
		     run.errors);
	run_free(&run);
	forget(&recorded);
}

Test(show, refuses_what_is_no_trace)
{
	const char *arguments[] = {"show", command_path(), NULL};
	struct run run = {0};

	command_run(&run, arguments);
	cr_expect_eq(run.status, 2);
	cr_expect_neq(strstr(run.errors, "not a cloneshim trace"), NULL, "%s", run.errors);
	run_free(&run);
}

/* Whether SIGPIPE ends it or it is ignored, and a write fails. */
Test(show, ends_quietly_when_its_reader_leaves)
{
	struct recorded recorded = record("every_call");
	char command[4096];
	const char *argv[] = {"sh", "-c", command, NULL};
	struct run run = {.argv = argv};

	snprintf(command, sizeof(command),
		 "trap '' PIPE; { for i in 1 2 3 4 5 6 7 8 9; do '%s' show '%s' || echo $? >&2; done; } | head -n 1",
		 command_path(), recorded.trace);
	cr_assert_eq(run_program(&run), 0);
	cr_expect_eq(run_count_lines(run.output, NULL), 1);
	cr_expect_str_empty(run.errors);
	run_free(&run);
	forget(&recorded);
}

Test(show, says_that_the_disk_is_full)
{
	struct recorded recorded = record("every_call");
	char command[4096];
	const char *argv[] = {"sh", "-c", command, NULL};
	struct run run = {.argv = argv};

	snprintf(command, sizeof(command), "'%s' show '%s' > /dev/full", command_path(), recorded.trace);
	cr_assert_eq(run_program(&run), 0);
	cr_expect_eq(run.status, 1);
	cr_expect_str_eq(run.errors, "cloneshim: standard output: No space left on device\n");
	run_free(&run);
	forget(&recorded);
}

/* The path of a program may be longer than what is kept for most. */
Test(show, program_of_a_long_path)
{
	struct place place = script_place();
	struct run run = {0};

	script_run(&run, &place,
		   "d=$(printf %0200d 0); mkdir -p $d/$d && cp /bin/true $d/$d/ && $C run -q -o t $d/$d/true && $C "
		   "show t");
	cr_expect_eq(run_count_matches(run.output, "process: true \\(/.*/0{200}/0{200}/true\\), "), 1, "%s%s",
		     run.output, run.errors);
	run_free(&run);
	script_place_remove(&place);
}
