/* lesson.c: every command in demos/LESSON.md runs, and prints what the lesson says; `make lesson` shows just that. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/run.h"

#define LESSON RUN_SOURCE_DIRECTORY "/demos/LESSON.md"

TestSuite(lesson, .timeout = 240);

static void
give(const char *document, struct run *run)
{
	const char *argv[] = {RUN_SOURCE_DIRECTORY "/demos/run_lesson", document, NULL};

	*run = (struct run){.argv = argv, .timeout_s = 200};
	cr_assert_eq(run_program(run), 0);
}

static char *
write_document(const char *directory, const char *text)
{
	char *path = run_join_path(directory, "lesson.md");
	FILE *file = fopen(path, "w");

	cr_assert_not_null(file);
	cr_assert_geq(fputs(text, file), 0);
	cr_assert_eq(fclose(file), 0);
	return path;
}

Test(lesson, says_the_truth)
{
	struct run run = {
		.argv = (const char *const[]){"python3", RUN_SOURCE_DIRECTORY "/tests/system/check_readme.py", LESSON,
					      NULL},
		.directory = RUN_SOURCE_DIRECTORY,
		.timeout_s = 200,
	};

	cr_assert_eq(run_program(&run), 0);
	cr_expect_eq(run.status, 0, "\n%s%s", run.output, run.errors);
	run_free(&run);
}

/* What the document has for output is not shown, but what the command says here. One that reads standard input gets none of the document. */
Test(lesson, runs_commands_in_their_place)
{
	struct run run;
	char *directory = run_scratch(),
	     *document = write_document(directory,
					"# Title\n\nbefore  `that`\n\n```console\n"
					"$ echo seen $((1 + 1)) | tee /dev/stderr\nas it was written\n"
					"$ ls Makefile; cat\n"
					"```\n\n* between\n\n```c\nint x; \\n\n```\n\n"
					"## Next\n\n<details>\n<summary>Answer</summary>\n\nbehind\n\n</details>\n");

	give(document, &run);
	cr_expect_str_eq(run.output,
			 "Title\n\nbefore  `that`\n\n$ echo seen $((1 + 1)) | tee /dev/stderr\nseen 2\n"
			 "$ ls Makefile; cat\nMakefile\n\n* between\n\n    int x; \\n\n\n\nNext\n\n\nbehind\n\n"
			 "The lesson's commands: 2 run, 0 failed.\n");
	cr_expect_str_eq(run.errors, "seen 2\n");
	cr_expect_eq(run.status, 0);
	run_free(&run);
	free(document);
	run_scratch_remove(directory);
}

Test(lesson, goes_on_after_a_command_that_failed)
{
	struct run run;
	char *directory = run_scratch(),
	     *document = write_document(directory, "```console\n$ exit 3\n$ echo on\n```\n");

	give(document, &run);
	cr_expect_str_eq(run.output, "$ exit 3\n(exit status 3)\n$ echo on\non\n"
				     "The lesson's commands: 2 run, 1 failed.\n");
	cr_expect_eq(run.status, 1);
	run_free(&run);
	free(document);
	run_scratch_remove(directory);
}
