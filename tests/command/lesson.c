/* lesson.c: on a terminal `make lesson` waits for the reader. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "command/terminal.h"
#include "harness/run.h"

TestSuite(lesson, .timeout = 120);

struct reading {
	struct terminal terminal;
	char *directory, *document, *mark;
};

/* A document whose command tells whether the mark was there when it ran. */
static void
start(struct reading *reading)
{
	const char *argv[] = {RUN_SOURCE_DIRECTORY "/demos/run_lesson", NULL, NULL};
	FILE *file;

	reading->directory = run_scratch();
	reading->document = run_join_path(reading->directory, "lesson.md");
	reading->mark = run_join_path(reading->directory, "mark");
	file = fopen(reading->document, "w");
	cr_assert_not_null(file);
	fprintf(file,
		"# Title\n\n```console\n$ test -e %s && echo behind Enter\n```\n"
		"## Next\n<details>\n<summary>Answer</summary>\nit is so\n</details>\n",
		reading->mark);
	cr_assert_eq(fclose(file), 0);
	argv[1] = reading->document;
	setenv("NO_COLOR", "1", 1);
	terminal_start(&reading->terminal, argv);
}

static void
finish(struct reading *reading)
{
	free(reading->document);
	free(reading->mark);
	run_scratch_remove(reading->directory);
}

Test(lesson, waits_for_enter)
{
	static struct reading reading;
	struct terminal *terminal = &reading.terminal;
	size_t at;

	start(&reading);
	at = terminal_expect(terminal, 0, "Title\r\n\r\n$ test -e ");
	at = terminal_expect(terminal, at, "&& echo behind Enter");
	cr_assert_geq(close(open(reading.mark, O_CREAT | O_WRONLY, 0600)), 0);
	terminal_type(terminal, "\n");
	at = terminal_expect(terminal, at, "\r\nbehind Enter\r\n[Enter]");
	terminal_type(terminal, "\n");
	at = terminal_expect(terminal, at, "\r\n\r\nNext\r\n[Enter: Answer]");
	terminal_type(terminal, "\n");
	terminal_expect(terminal, at, "\r\nit is so\r\nThe lesson's commands: 1 run, 0 failed.\r\n");
	cr_expect_eq(terminal_finish(terminal), 0);
	finish(&reading);
}

Test(lesson, ends_at_the_end_of_input)
{
	static struct reading reading;

	start(&reading);
	terminal_expect(&reading.terminal, 0, "&& echo behind Enter");
	terminal_type(&reading.terminal, "\004");
	cr_expect_eq(terminal_finish(&reading.terminal), 0);
	cr_expect_eq(run_count_lines(reading.terminal.text, "Next"), 0, "%s", reading.terminal.text);
	finish(&reading);
}
