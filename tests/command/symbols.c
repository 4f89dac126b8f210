/* symbols.c: names from the traced files, in `cloneshim show --symbols`: the right ones, or none. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/command_check.h"

TestSuite(symbols, .timeout = 60);

/* A program, copied to where it may be changed, and its trace. */
struct recorded {
	char *directory, *program, *trace;
	struct run run;
};

/* In the script they are $1 and $2. */
static void
shell(const char *script, const char *first, const char *second)
{
	const char *argv[] = {"sh", "-c", script, "sh", first, second, NULL};
	struct run run = {.argv = argv};

	cr_assert_eq(run_program(&run), 0);
	cr_assert_eq(run.status, 0, "%s: %s", script, run.errors);
	run_free(&run);
}

/* `change`: a shell command on the program's file before it runs. */
static struct recorded
record(const char *name, const char *change)
{
	struct recorded recorded = {.directory = run_scratch()};
	const char *argv[2] = {NULL};

	recorded.program = run_join_path(recorded.directory, name);
	recorded.trace = run_join_path(recorded.directory, "trace");
	shell("cp \"$1\" \"$2\"", run_victim(name), recorded.program);
	if (change != NULL)
		shell(change, recorded.program, recorded.program);
	argv[0] = recorded.program;
	command_record(&recorded.run, argv, recorded.trace, NULL);
	cr_assert_eq(recorded.run.status, 0, "%s: %s", name, recorded.run.errors);
	return recorded;
}

static void
forget(struct recorded *recorded)
{
	run_free(&recorded->run);
	run_scratch_remove(recorded->directory);
	free(recorded->program);
	free(recorded->trace);
}

static struct run
show(const struct recorded *recorded, const char *format)
{
	const char *arguments[] = {"show", "--symbols", "--format", format, recorded->trace, NULL};
	struct run shown = {0};

	command_run(&shown, arguments);
	cr_assert_eq(shown.status, 0, "%s", shown.errors);
	return shown;
}

Test(symbols, inlined_calls_and_static_start_routine)
{
	struct recorded recorded = record("inlined_calls", NULL);
	struct run shown = show(&recorded, "text");

	recorded.run.output[strcspn(recorded.run.output, "\n")] = '\0';
	cr_expect_str_empty(shown.errors);
	cr_expect_neq(strstr(shown.output, recorded.run.output), NULL, "expected: %s\nfound: %s", recorded.run.output,
		      shown.output);
	cr_expect_eq(run_count_matches(shown.output, "start_routine=work \\(inlined_calls\\.c:[0-9]+\\)"), 1);
	run_free(&shown);
	forget(&recorded);
}

Test(symbols, in_json)
{
	struct recorded recorded = record("inlined_calls", NULL);
	struct run shown = show(&recorded, "json");

	cr_expect_eq(
		run_count_matches(shown.output,
				  "\"caller\":\\{[^}]*\"source\":\\[\\{\"function\":\"start_one\",\"file\":\"[^\"]*"
				  "inlined_calls\\.c\",\"line\":[0-9]+,\"inlined\":true\\},[^]]*"
				  "\\{\"function\":\"main\",[^]]*\"inlined\":false\\}\\]"),
		1, "%s", shown.output);
	run_free(&shown);
	forget(&recorded);
}

Test(symbols, without_the_option_the_files_are_not_asked)
{
	struct recorded recorded = record("inlined_calls", NULL);
	const char *arguments[] = {"show", recorded.trace, NULL};
	struct run shown = {0};

	unlink(recorded.program);
	command_run_well(&shown, arguments);
	cr_expect_eq(strstr(shown.output, "inlined_calls.c"), NULL);
	run_free(&shown);
	forget(&recorded);
}

static void
expect_no_names(const struct recorded *recorded, const char *why)
{
	struct run shown = show(recorded, "text");

	cr_expect_eq(run_count_lines(shown.errors, NULL), 1, "%s", shown.errors);
	cr_expect_neq(strstr(shown.errors, recorded->program), NULL, "%s", shown.errors);
	cr_expect_neq(strstr(shown.errors, why), NULL, "%s", shown.errors);
	cr_expect_eq(run_count_matches(shown.output, "start_routine=inlined_calls\\+0x"), 1, "%s", shown.output);
	run_free(&shown);
}

Test(symbols, none_of_a_file_that_is_gone)
{
	struct recorded recorded = record("inlined_calls", NULL);

	unlink(recorded.program);
	expect_no_names(&recorded, "No such file");
	forget(&recorded);
}

Test(symbols, none_of_another_program_in_its_place)
{
	struct recorded recorded = record("inlined_calls", NULL);

	shell("cp \"$1\" \"$2\"", run_victim("family"), recorded.program);
	expect_no_names(&recorded, "build-id");
	forget(&recorded);
}

Test(symbols, none_of_a_changed_file_without_build_id)
{
	struct recorded recorded = record("inlined_calls", "objcopy --remove-section .note.gnu.build-id \"$1\"");
	struct run shown = show(&recorded, "text");

	cr_expect_neq(strstr(shown.output, "inlined_calls.c:"), NULL, "it is known as long as nothing changes it");
	run_free(&shown);
	shell("touch \"$1\"", recorded.program, NULL);
	expect_no_names(&recorded, "changed since");
	forget(&recorded);
}

/* What distributions do: the names lie in another file, which the program names (.gnu_debuglink). */
Test(symbols, from_a_separate_debug_file)
{
	struct recorded recorded = record("inlined_calls", "objcopy --only-keep-debug \"$1\" \"$1.debug\"");

	shell("cd \"$(dirname \"$1\")\" && objcopy --strip-all --add-gnu-debuglink=inlined_calls.debug \"$1\"",
	      recorded.program, recorded.program);
	struct run shown = show(&recorded, "text");
	cr_expect_neq(strstr(shown.output, "start_routine=work (inlined_calls.c:"), NULL, "%s%s", shown.output,
		      shown.errors);
	run_free(&shown);
	forget(&recorded);
}
