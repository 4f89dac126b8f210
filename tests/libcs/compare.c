/* compare.c: one program on each libc, side by side: what `cloneshim compare` says of the four that the README names. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libcs/libc.h"

enum { COLUMNS = 4, ARGUMENTS_MAX = 32 };

/* In the order of the rows below. */
static const char *const identities[COLUMNS] = {"glibc 2.31", "glibc 2.36", "glibc 2.41", "musl 1.2.3"};

static const struct libc *
libc_by_identity(const char *identity)
{
	for (size_t i = 0; i < libc_count; i++)
		if (libc_is_here(&libcs[i]) && strcmp(libc_expected_identity(&libcs[i]), identity) == 0)
			return &libcs[i];
	return NULL;
}

/* "--run 'PROGRAM call'" for each of them; skips where one is not here. */
static size_t
add_commands(const char **arguments, char **commands, const char *call)
{
	size_t count = 0;

	for (size_t i = 0; i < COLUMNS; i++) {
		const struct libc *libc = libc_by_identity(identities[i]);
		char *program;

		if (libc == NULL)
			cr_skip_test("%s is not here", identities[i]);
		program = libc_program(libc, "one_call");
		cr_assert_geq(asprintf(&commands[i], "%s %s", program, call), 0);
		free(program);
		arguments[count++] = "--label";
		arguments[count++] = identities[i];
		arguments[count++] = "--run";
		arguments[count++] = commands[i];
	}
	return count;
}

/* Each of `lines` has to be there. */
static void
expect(const char *call, const char *const *lines)
{
	const char *arguments[ARGUMENTS_MAX] = {RUN_BUILD_DIRECTORY "/cloneshim", "compare", "--markdown", "--api",
						call};
	char *commands[COLUMNS];
	struct run run;

	add_commands(arguments + 5, commands, call);
	libc_run(&run, arguments, NULL);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	for (; *lines != NULL; lines++)
		cr_expect_eq(run_count_lines(run.output, *lines), 1, "%s: no \"%s\" in\n%s", call, *lines, run.output);
	run_free(&run);
	for (size_t i = 0; i < COLUMNS; i++)
		free(commands[i]);
}

/* "make compare-libcs" prints what the document says that it prints: as many tables. */
static void
expect_printed(const char *document, const char *calls, size_t tables)
{
	static const char *const alone[] = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", NULL};
	const char *argv[] = {"make",
			      "-C",
			      RUN_SOURCE_DIRECTORY,
			      "-s",
			      "--no-print-directory",
			      "BUILD=" RUN_BUILD_DIRECTORY,
			      "compare-libcs",
			      calls,
			      NULL};
	struct run run = {.argv = argv, .environment = alone};
	char *text = run_read_file(document, NULL);

	for (size_t i = 0; i < COLUMNS; i++)
		if (libc_by_identity(identities[i]) == NULL)
			cr_skip_test("%s is not here", identities[i]);
	cr_assert_eq(run_program(&run), 0);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	cr_assert_eq(run_count_lines(run.output, "| | glibc 2.31 | glibc 2.36 | glibc 2.41 | musl 1.2.3 | |"), tables,
		     "%s", run.output);
	cr_expect(text && strstr(text, run.output), "%s does not have this:\n%s", document, run.output);
	free(text);
	run_free(&run);
}

Test(compare, as_the_readme_has_it, .timeout = 120)
{
	expect_printed(RUN_SOURCE_DIRECTORY "/README.md", NULL, 2);
}

Test(compare, as_the_lesson_has_it, .timeout = 120)
{
	expect_printed(RUN_SOURCE_DIRECTORY "/demos/LESSON.md", "CALLS=fork", 1);
}

#define EXPECT(call, ...) expect(call, (const char *[]){__VA_ARGS__, NULL})

Test(compare, threads, .timeout = 120)
{
	EXPECT("pthread_create", "| | glibc 2.31 | glibc 2.36 | glibc 2.41 | musl 1.2.3 | |",
	       "| **clone** | **yes** | **–** | **–** | **yes** | |",
	       "| **clone3** | **–** | **yes** | **yes** | **–** | |",
	       "| **by another call** | **clone()** | **none** | **none** | **none** |",
	       "| CLONE_THREAD | yes | yes | yes | yes | is a thread of the caller's process |",
	       "| **CLONE_DETACHED** | **–** | **–** | **–** | **yes** |",
	       "| stack | libc's | libc's | libc's | libc's |");
}

Test(compare, processes, .timeout = 120)
{
	EXPECT("fork", "| **clone** | **yes** | **yes** | **yes** | **–** | |",
	       "| **fork** | **–** | **–** | **–** | **yes** | |",
	       "| **CLONE_CHILD_SETTID** | **yes** | **yes** | **yes** | **–** |",
	       "| exit signal | SIGCHLD | SIGCHLD | SIGCHLD | SIGCHLD |");
}

Test(compare, spawned_programs, .timeout = 120)
{
	EXPECT("posix_spawn", "| **clone3** | **–** | **yes** | **yes** | **–** | |",
	       "| CLONE_VFORK | yes | yes | yes | yes |",
	       "| **CLONE_CLEAR_SIGHAND** | **–** | **–** | **yes** | **–** |");
}
