/* explain.c: `cloneshim explain`, as it is used: over names, numbers, lines of strace, and traces of real programs. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/command_check.h"

TestSuite(explain, .timeout = 60);

/* What is printed for one argument, in lines long enough to stay whole; freed by the caller. */
static char *
explained(const char *input)
{
	const char *arguments[] = {"explain", input, NULL}, *environment[] = {"COLUMNS=1000", NULL};
	struct run run = {.environment = environment};
	char *output;

	command_run_well(&run, arguments);
	output = strdup(run.output);
	run_free(&run);
	return output;
}

static void
expect_part(const char *output, const char *part)
{
	cr_expect(strstr(output, part) != NULL, "expected '%s' in:\n%s", part, output);
}

Test(explain, flags_signal_and_what_they_amount_to)
{
	static const char *const same[] = {"CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD", "0x1200011", "18874385"};

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		char *output = explained(same[i]);

		cr_expect_eq(strncmp(output, "CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD\n", 48), 0, "%s", output);
		expect_part(output, "\n  = fork: a new process with a copy of all\n");
		expect_part(
			output,
			"\n  CLONE_CHILD_SETTID    The new task has its id stored at child_tid, in its own memory: ");
		expect_part(output, " Since Linux 2.5.49.\n");
		expect_part(output, "\n  SIGCHLD               The exit signal: ");
		free(output);
	}
}

Test(explain, separate_arguments_are_one_request)
{
	const char *arguments[] = {"explain", "CLONE_VM", "CLONE_VFORK", "SIGCHLD", NULL};
	struct run run = {0};

	command_run_well(&run, arguments);
	expect_part(run.output, "CLONE_VM|CLONE_VFORK|SIGCHLD\n  = a vfork-style spawn: ");
	run_free(&run);
}

Test(explain, what_a_flag_needs_and_excludes)
{
	char *output = explained("CLONE_THREAD|CLONE_SIGHAND|CLONE_VM");

	expect_part(output, " Needs CLONE_SIGHAND.");
	expect_part(output, " Needs CLONE_VM.");
	expect_part(output, " Excludes CLONE_NEWUSER, CLONE_NEWPID, CLONE_PIDFD (from Linux 5.2 until 6.9), ");
	free(output);
}

/* How many of the creations that a page shows, as strace's line or as the line in our own text, are told to be threads and forks. */
static void
explain_lines(const char *page, size_t *threads, size_t *forks)
{
	char *text = run_read_file(page, NULL), *rest = text;

	cr_assert_not_null(text);
	for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
		char *output;

		if (strstr(line, "clone3({flags=") == NULL && strstr(line, "clone(child_stack=") == NULL)
			continue;
		output = explained(line);
		*threads += strstr(output, "\n  = a POSIX thread: ") != NULL;
		*forks += strstr(output, "\n  = fork: a new process with a copy of all\n") != NULL;
		free(output);
	}
	free(text);
}

Test(explain, lines_of_the_readme_and_the_lesson)
{
	size_t threads = 0, forks = 0;

	explain_lines(RUN_SOURCE_DIRECTORY "/README.md", &threads, &forks);
	explain_lines(RUN_SOURCE_DIRECTORY "/demos/LESSON.md", &threads, &forks);
	cr_expect_geq(threads, 4);
	cr_expect_geq(forks, 4);
}

Test(explain, bad_combinations_name_the_rule)
{
	static const struct {
		const char *input, *part;
	} rows[] = {
		{"CLONE_THREAD", "\n  EINVAL: CLONE_THREAD needs CLONE_SIGHAND: "},
		{"CLONE_SIGHAND", "\n  EINVAL: CLONE_SIGHAND needs CLONE_VM: "},
		{"CLONE_NEWUSER|CLONE_FS", "\n  EINVAL: CLONE_NEWUSER excludes CLONE_FS: "},
		{"CLONE_NEWIPC|CLONE_SYSVSEM", "\n  EINVAL: CLONE_NEWIPC excludes CLONE_SYSVSEM: "},
		{"CLONE_CLEAR_SIGHAND|CLONE_SIGHAND|CLONE_VM",
		 "\n  EINVAL: CLONE_CLEAR_SIGHAND excludes CLONE_SIGHAND: "},
		{"CLONE_PARENT_SETTID|CLONE_PIDFD",
		 "\n  EINVAL (clone only): CLONE_PIDFD excludes CLONE_PARENT_SETTID: "},
		{"clone3({flags=CLONE_THREAD|CLONE_SIGHAND|CLONE_VM, exit_signal=SIGCHLD}, 88) = -1 EINVAL (Invalid "
		 "argument)",
		 "\n  EINVAL: CLONE_THREAD excludes an exit signal: "},
		{"clone3({flags=CLONE_THREAD|CLONE_SIGHAND|CLONE_VM, exit_signal=SIGCHLD}, 88) = -1 EINVAL (Invalid "
		 "argument)",
		 "\n  It failed with EINVAL (Invalid argument)\n"},
		{"clone(child_stack=0x7f, flags=CLONE_SIGHAND) = 12",
		 "\n  EINVAL elsewhere: this kernel has accepted it: CLONE_SIGHAND needs CLONE_VM: "},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *output = explained(rows[i].input);

		expect_part(output, rows[i].part);
		free(output);
	}
}

Test(explain, bad_input_costs_one_line)
{
	static const struct {
		const char *arguments[4], *line;
	} rows[] = {
		{{"explain", "CLONE_VN", NULL},
		 "cloneshim: explain: 'CLONE_VN': expected CLONE_ flags, a signal or a number, such as "
		 "'CLONE_VM|SIGCHLD' or "
		 "0x1200011, or a trace\n"},
		{{"explain", "/nonexistent/trace", NULL}, "cloneshim: /nonexistent/trace: No such file or directory\n"},
		{{"explain", RUN_SOURCE_DIRECTORY "/README.md", NULL},
		 "cloneshim: " RUN_SOURCE_DIRECTORY "/README.md: not a cloneshim trace\n"},
		{{"explain", "--syscall=clone", "CLONE_NEWTIME", NULL},
		 "cloneshim: explain: CLONE_NEWTIME: expected a flag of clone: only clone3 has this one\n"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct run run = {0};

		command_run(&run, rows[i].arguments);
		cr_expect_eq(run.status, 2);
		cr_expect_str_eq(run.errors, rows[i].line);
		cr_expect_str_empty(run.output);
		run_free(&run);
	}
}

Test(explain, usage_costs_status_2)
{
	const char *nothing[] = {"explain", NULL}, *unknown[] = {"explain", "--syscall=fork", "0", NULL};
	struct run run = {0};

	command_run(&run, nothing);
	cr_expect_eq(run.status, 2);
	expect_part(run.errors, "expected flags, a line of strace, or a trace");
	run_free(&run);
	command_run(&run, unknown);
	cr_expect_eq(run.status, 2);
	expect_part(run.errors, "--syscall fork: expected clone or clone3");
	run_free(&run);
}

Test(explain, help_has_an_example)
{
	const char *arguments[] = {"explain", "--help", NULL};
	struct run run = {0};

	command_run_well(&run, arguments);
	expect_part(run.output, "  cloneshim explain 'CLONE_VM|CLONE_VFORK|SIGCHLD'\n");
	run_free(&run);
}

/* No line is longer than the terminal is wide, but for words that are. */
Test(explain, lines_fit)
{
	const char *arguments[] = {"explain", "0x3d0f00", NULL}, *environment[] = {"COLUMNS=60", NULL};
	struct run run = {.environment = environment};

	command_run_well(&run, arguments);
	cr_expect_eq(run_count_matches(run.output, "^.{61}"), 0, "%s", run.output);
	cr_expect_gt(run_count_matches(run.output, "^.{50}"), 0, "%s", run.output);
	run_free(&run);
}

/* Records `program`, and returns what explain says of the trace; freed by the caller. */
static char *
explained_trace(const char *program)
{
	char *directory = run_scratch(), *trace = run_join_path(directory, "trace"), *output;
	const char *argv[] = {program, NULL};
	struct run run = {0};

	command_record(&run, argv, trace, NULL);
	cr_expect_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	output = explained(trace);
	run_scratch_remove(directory);
	free(trace);
	return output;
}

Test(explain, trace_of_threads)
{
	char *output = explained_trace(run_demo("sum_array_threads"));

	expect_part(output, "CLONE_SETTLS|CLONE_PARENT_SETTID|CLONE_CHILD_CLEARTID\n"
			    "  = a POSIX thread: all that pthread_create asks for\n"
			    "  2 times: pthread_create\n\n  CLONE_VM ");
	cr_expect_eq(run_count_lines(output, "  = "), 1, "%s", output);
	free(output);
}

Test(explain, trace_of_processes)
{
	char *output = explained_trace(run_demo("sum_array_processes"));

	expect_part(output, "  = fork: a new process with a copy of all\n  2 times: fork\n");
	cr_expect_eq(run_count_lines(output, "  = "), 1, "%s", output);
	free(output);
}

Test(explain, trace_of_spawns)
{
	char *output = explained_trace(run_demo("posix_spawn"));

	expect_part(output, "  = a vfork-style spawn: ");
	expect_part(output, "  1 time: posix_spawn\n");
	free(output);
}

Test(explain, trace_of_vfork)
{
	char *output = explained_trace(run_demo("vfork_exec"));

	expect_part(output, "vfork, which is CLONE_VM|CLONE_VFORK|SIGCHLD\n");
	expect_part(output, "  1 time: vfork\n");
	free(output);
}

/* What cannot be read is said. The file is cut behind its header. */
Test(explain, trace_that_was_cut_short)
{
	char *directory = run_scratch(), *trace = run_join_path(directory, "trace"), *output;
	const char *argv[] = {run_demo("posix_spawn"), NULL};
	struct run run = {0};

	command_record(&run, argv, trace, NULL);
	run_free(&run);
	cr_assert_eq(truncate(trace, 4096), 0);
	output = explained(trace);
	expect_part(output, "No creation system call is in this trace.\n\nNot counted: ");
	expect_part(output, " slots beyond the end of the file, which was cut short\n");
	free(output);
	run_scratch_remove(directory);
	free(trace);
}

Test(explain, trace_of_injected_failures)
{
	char *directory = run_scratch(), *trace = run_join_path(directory, "trace"), *output;
	char inject[] = "CLONESHIM_INJECT=clone3:error=ENOSYS", record[1100], preload[1100];
	const char *argv[] = {run_demo("sum_array_threads"), "1", NULL},
		   *environment[] = {inject, record, preload, NULL};
	struct run run = {.argv = argv, .environment = environment};

	snprintf(record, sizeof(record), "CLONESHIM_TRACE=%s", trace);
	snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", run_shim_path());
	cr_assert_eq(run_program(&run), 0);
	run_free(&run);
	output = explained(trace);
	expect_part(output, "  1 time: pthread_create\n  1 failed with ENOSYS (Function not implemented), 1 injected: "
			    "the kernel was "
			    "not asked\n\nclone: CLONE_VM|");
	free(output);
	run_scratch_remove(directory);
	free(trace);
}

/* The counts are those of the system calls that `cloneshim show` prints; whatever a program does, each has a libc call that is known, or
   none. */
static void
expect_counts_as_shown(const char *program)
{
	char *directory = run_scratch(), *trace = run_join_path(directory, "trace");
	const char *argv[] = {run_victim(program), NULL}, *show[] = {"show", "--format=strace", trace, NULL};
	const char *explain[] = {"explain", "--json", trace, NULL};
	struct run recorded = {0}, shown = {0}, run = {0};
	json_int_t count = 0, created = 0;
	json_t *object, *combination;
	size_t i;

	command_record(&recorded, argv, trace, NULL);
	command_run_well(&shown, show);
	command_run_well(&run, explain);
	object = json_loads(run.output, 0, NULL);
	cr_assert(object != NULL, "%s", run.output);
	json_array_foreach(json_object_get(object, "combinations"), i, combination)
	{
		json_t *observed = json_object_get(combination, "observed"), *call;
		json_int_t called = 0;
		size_t c;

		count += json_integer_value(json_object_get(observed, "count"));
		created += json_integer_value(json_object_get(observed, "created"));
		json_array_foreach(json_object_get(observed, "calls"), c, call)
		{
			called += json_integer_value(json_object_get(call, "count"));
			cr_expect(json_is_true(json_object_get(call, "observed")), "%s: %s", program, run.output);
		}
		cr_expect_eq(called, json_integer_value(json_object_get(observed, "count")));
	}
	cr_expect_eq(count, run_count_lines(shown.output, NULL), "%s:\n%s\n%s", program, shown.output, run.output);
	cr_expect_eq(created, run_count_matches(shown.output, " = [0-9]+$"), "%s:\n%s\n%s", program, shown.output,
		     run.output);
	cr_expect_gt(count, 0);
	json_decref(object);
	run_free(&recorded);
	run_free(&shown);
	run_free(&run);
	run_scratch_remove(directory);
	free(trace);
}

Test(explain, counts_of_every_call)
{
	expect_counts_as_shown("every_call");
}

Test(explain, counts_of_results)
{
	expect_counts_as_shown("creation_results");
}

Test(explain, counts_of_nested_vforks)
{
	expect_counts_as_shown("vfork_nested");
}

Test(explain, counts_of_helper_threads)
{
	expect_counts_as_shown("asynchronous_io");
}

Test(explain, counts_of_daemons)
{
	expect_counts_as_shown("shell_calls");
}

Test(explain, json_of_a_refusal)
{
	const char *arguments[] = {"explain", "--json", "CLONE_NEWNS|CLONE_FS|SIGCHLD", NULL};
	struct run run = {0};
	json_t *object, *combination, *rule;

	command_run_well(&run, arguments);
	object = json_loads(run.output, 0, NULL);
	cr_assert(object != NULL, "%s", run.output);
	combination = json_array_get(json_object_get(object, "combinations"), 0);
	rule = json_array_get(json_object_get(combination, "broken_rules"), 0);
	cr_expect(json_is_true(json_object_get(combination, "refused")));
	cr_expect_str_eq(json_string_value(json_object_get(combination, "flags_value")), "0x20200");
	cr_expect_str_eq(json_string_value(json_object_get(combination, "exit_signal")), "SIGCHLD");
	cr_expect_str_eq(json_string_value(json_object_get(rule, "rule")), "CLONE_NEWNS excludes CLONE_FS");
	cr_expect(json_is_null(json_object_get(combination, "observed")));
	cr_expect_eq(json_array_size(json_object_get(object, "flags")), 2);
	json_decref(object);
	run_free(&run);
}
