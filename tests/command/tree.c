/* tree.c: who created whom, by `cloneshim tree`: a family that is known, and others as strace tells them. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/command_check.h"
#include "harness/strace_log.h"

TestSuite(tree, .timeout = 120);

static char *
record(const char *directory, const char *const *argv, struct run *run)
{
	char *trace = run_join_path(directory, "trace");

	command_record(run, argv, trace, NULL);
	cr_assert_eq(run->status, 0, "%s: %s", argv[0], run->errors);
	return trace;
}

/* Fails the test where the tree cannot be drawn. To be freed. */
static char *
draw(const char *trace, const char *option, const char *value)
{
	const char *arguments[] = {"tree", "--ascii", trace, option, value, NULL};
	struct run run = {0};
	char *drawn;

	command_run_well(&run, arguments);
	drawn = strdup(run.output);
	run_free(&run);
	return drawn;
}

/* The program prints its own tree, but for the last line: the shell's, whose id it cannot know. */
Test(tree, of_a_known_family)
{
	char *directory = run_scratch();
	const char *argv[] = {run_victim("family"), NULL};
	struct run run = {0};
	char *trace = record(directory, argv, &run), *drawn = draw(trace, NULL, NULL);
	size_t length = strlen(run.output);

	cr_assert_eq(strncmp(drawn, run.output, length), 0, "expected:\n%s\nfound:\n%s", run.output, drawn);
	cr_expect_eq(run_count_lines(drawn + length, NULL), 1, "%s", drawn);
	cr_expect_eq(run_count_matches(drawn + length, "^`- [0-9]+ -> [a-z]*sh -c 'exit 7'; system; exited 7$"), 1,
		     "%s", drawn);
	free(drawn);
	free(trace);
	run_free(&run);
	run_scratch_remove(directory);
}

Test(tree, folds_siblings_that_look_the_same)
{
	char *directory = run_scratch();
	const char *argv[] = {run_demo("sum_array_threads"), "12", NULL};
	struct run run = {0};
	char *trace = record(directory, argv, &run), *folded = draw(trace, NULL, NULL),
	     *whole = draw(trace, "--no-fold", NULL), *root = draw(trace, "--depth", "0");

	cr_expect_eq(run_count_lines(folded, NULL), 2, "%s", folded);
	cr_expect_eq(run_count_matches(folded, "^[0-9]+ sum_array_threads 12; 12 descendants$"), 1, "%s", folded);
	cr_expect_eq(run_count_matches(folded, "^`- x12 thread sum_part; pthread_create$"), 1, "%s", folded);
	cr_expect_eq(run_count_lines(whole, NULL), 13, "%s", whole);
	cr_expect_eq(run_count_matches(whole, "^[|`]- [0-9]+ thread sum_part; pthread_create$"), 12, "%s", whole);
	cr_expect_eq(run_count_lines(root, NULL), 1, "%s", root);
	free(folded);
	free(whole);
	free(root);
	free(trace);
	run_free(&run);
	run_scratch_remove(directory);
}

/* What a shell makes of the words that the tree shows. */
static char *
read_as_shell(const char *words)
{
	const char *argv[] = {"bash", "-c", "eval \"set -- $1\"; printf '%s|' \"$@\"", "bash", words, NULL};
	struct run run = {.argv = argv};
	char *read;

	cr_assert_eq(run_program(&run), 0);
	read = strdup(run.output);
	run_free(&run);
	return read;
}

/* Each is read back by a shell as it was given, and stands as somebody would have typed it. */
Test(tree, arguments_are_those_that_a_shell_would_take)
{
	static const char *const arguments[][2] = {
		{"plain-1.2/x=y,z", "plain-1.2/x=y,z"},
		{"", "''"},
		{"two words", "'two words'"},
		{"echo \"$HOME\" \\", "'echo \"$HOME\" \\'"},
		{"it's", "\"it's\""},
		{"trap 'exit 1' TERM; wait", "\"trap 'exit 1' TERM; wait\""},
		{"echo '$x'", "$'echo \\'$x\\''"},
		{"isn't it!", "$'isn\\'t it!'"},
		{"a\\b", "'a\\b'"},
		{"*.c", "'*.c'"},
		{"[a-z]", "'[a-z]'"},
		{"{}", "{}"},
		{"{a,b}", "'{a,b}'"},
		{"line\nnext", "$'line\\x0anext'"},
		{"gr\303\274n", "$'gr\\xc3\\xbcn'"},
	};

	for (size_t i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++) {
		const char *argv[] = {"/bin/true", arguments[i][0], "end", NULL};
		char *directory = run_scratch(), expected[128], *trace, *drawn, *words, *read;
		struct run run = {0};

		trace = record(directory, argv, &run);
		drawn = draw(trace, NULL, NULL);
		words = strstr(drawn, " true ");
		cr_assert_not_null(words, "%s", drawn);
		words += strlen(" true ");
		words[strcspn(words, "\n")] = '\0';
		snprintf(expected, sizeof(expected), "%s end", arguments[i][1]);
		cr_expect_str_eq(words, expected);
		read = read_as_shell(words);
		snprintf(expected, sizeof(expected), "%s|end|", arguments[i][0]);
		cr_expect_str_eq(read, expected);
		free(read);
		free(drawn);
		free(trace);
		run_free(&run);
		run_scratch_remove(directory);
	}
}

/* Its result says whether there is a shell: it is no wait status. */
Test(tree, takes_no_status_from_a_question_for_a_shell)
{
	char *directory = run_scratch();
	const char *argv[] = {run_victim("shell_calls"), NULL};
	struct run run = {0};
	char *trace = record(directory, argv, &run), *drawn = draw(trace, NULL, NULL);

	cr_expect_eq(run_count_matches(drawn, "'exit 0'; system$"), 1, "%s", drawn);
	cr_expect_eq(run_count_matches(drawn, "'exit 6'; system; exited 6$"), 1, "%s", drawn);
	free(drawn);
	free(trace);
	run_free(&run);
	run_scratch_remove(directory);
}

/* In its own namespace the child has another id than for its creator: neither is taken for the other. */
Test(tree, keeps_ids_of_different_namespaces_apart)
{
	char *directory = run_scratch();
	const char *argv[] = {run_victim("changes_namespaces"), NULL};
	struct run run = {0};
	char *trace = record(directory, argv, &run), *drawn = draw(trace, "--no-fold", NULL);

	if (run_count_matches(drawn, "[`|]- 1 ") == 0)
		cr_skip_test("no pid namespace can be made here");
	cr_expect_eq(run_count_matches(drawn, "- 1 .*; creation not observed"), run_count_matches(drawn, "- 1 "), "%s",
		     drawn);
	cr_expect_eq(run_count_matches(drawn, "clone CLONE_NEWPID\\|SIGCHLD; exited 5$"), 1, "%s", drawn);
	free(drawn);
	free(trace);
	run_free(&run);
	run_scratch_remove(directory);
}

Test(tree, refuses_a_process_that_is_not_there)
{
	char *directory = run_scratch();
	const char *argv[] = {run_demo("sum_array_threads"), NULL};
	struct run run = {0}, drawn = {0};
	char *trace = record(directory, argv, &run);
	const char *arguments[] = {"tree", "--pid", "1", trace, NULL};

	command_run(&drawn, arguments);
	cr_expect_eq(drawn.status, 2);
	cr_expect_str_empty(drawn.output);
	cr_expect_neq(strstr(drawn.errors, "--pid 1: expected a process of this trace"), NULL, "%s", drawn.errors);
	free(trace);
	run_free(&drawn);
	run_free(&run);
	run_scratch_remove(directory);
}

/* "PARENT CHILD" a line, sorted. */
static char *
edges_of_strace(const char *text)
{
	struct strace_log log;
	char *edges;
	size_t size;
	FILE *out = open_memstream(&edges, &size);

	strace_log_parse(&log, text);
	for (size_t i = 0; i < log.count; i++) {
		char *summary =
			strace_line_summary(log.calls[i].task, strchr(log.calls[i].line, ' ') +
								       strspn(strchr(log.calls[i].line, ' '), " "));
		int parent, child;

		if (summary != NULL && sscanf(summary, "%d %*s %d", &parent, &child) == 2 && child > 0)
			fprintf(out, "%d %d\n", parent, child);
		free(summary);
	}
	fclose(out);
	strace_log_free(&log);
	command_sort_lines(edges);
	return edges;
}

static char *
edges_of_tree(const char *text)
{
	int parents[64] = {0};
	char *edges, *copy = strdup(text), *rest = copy;
	size_t size;
	FILE *out = open_memstream(&edges, &size);

	for (char *line; (line = strsep(&rest, "\n")) != NULL && *line != '\0';) {
		size_t indent = strcspn(line, "0123456789"), level = indent / 3;

		cr_assert(indent % 3 == 0 && level < 32, "%s", line);
		parents[level] = atoi(line + indent);
		if (level > 0)
			fprintf(out, "%d %d\n", parents[level - 1], parents[level]);
	}
	fclose(out);
	free(copy);
	command_sort_lines(edges);
	return edges;
}

static bool
strace_works(void)
{
	const char *argv[] = {"strace", "-f", "-qq", "-o", "/dev/null", "true", NULL};
	struct run run = {.argv = argv};
	bool works = run_program_exists("strace") && run_program(&run) == 0 && run.status == 0;

	run_free(&run);
	return works;
}

struct row {
	char program[32];
	char script[160]; /* of bash, without a program */
};

ParameterizedTestParameters(tree, has_the_edges_that_strace_has)
{
	static struct row rows[] = {
		{"", "true | /bin/true | (/bin/true; /bin/true) | cat; (exit 3)"},
		{"", "for i in $(seq 40); do /bin/true | cat & done; wait"},
		{"", "( ( ( ( /bin/true ) ; /bin/true ) ; /bin/echo $(/bin/echo $(/bin/true)) ) )"},
		{"",
		 "/bin/sh -c '/bin/sh -c \"/bin/true | /bin/true\"' & wait; exec /bin/sh -c '/bin/true; /bin/true'"},
		{"vfork_nested", ""},
		{"creates_threads", ""},
		{"shell_calls", ""},
		{"family", ""},
		{"fork_nested_deeply", ""},
	};

	return cr_make_param_array(struct row, rows, sizeof(rows) / sizeof(rows[0]));
}

ParameterizedTest(struct row *row, tree, has_the_edges_that_strace_has)
{
	char *directory = run_scratch(), *log = run_join_path(directory, "strace"),
	     *trace = run_join_path(directory, "trace"), preload[1100], record_to[1100];
	const char *argv[] = {"strace",
			      "-f",
			      "-q",
			      "-e",
			      "trace=clone,clone3,fork,vfork",
			      "-o",
			      log,
			      "-E",
			      preload,
			      "-E",
			      record_to,
			      row->program[0] != '\0' ? run_victim(row->program) : "bash",
			      row->program[0] != '\0' ? NULL : "-c",
			      row->script,
			      NULL};
	struct run run = {.argv = argv};
	char *strace_text, *drawn, *expected, *found;

	if (!strace_works())
		cr_skip_test("strace does not work here");
	snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", run_shim_path());
	snprintf(record_to, sizeof(record_to), "CLONESHIM_TRACE=%s", trace);
	cr_assert_eq(run_program(&run), 0);
	strace_text = run_read_file(log, NULL);
	cr_assert_not_null(strace_text, "%s", run.errors);
	drawn = draw(trace, "--no-fold", NULL);
	expected = edges_of_strace(strace_text);
	found = edges_of_tree(drawn);
	cr_expect_str_not_empty(expected);
	cr_expect_str_eq(found, expected, "%s", drawn);
	free(strace_text);
	free(drawn);
	free(expected);
	free(found);
	run_free(&run);
	run_scratch_remove(directory);
	free(log);
	free(trace);
}
