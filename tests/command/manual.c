/* manual.c: the manual pages say what the command and the library say of themselves; what is installed works where it is put. */
#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/command_check.h"

TestSuite(manual, .timeout = 120);

static char *
read_page(const char *name)
{
	char path[1100], *page;

	snprintf(path, sizeof(path), RUN_SOURCE_DIRECTORY "/docs/%s", name);
	page = run_read_file(path, NULL);
	cr_assert_not_null(page, "%s", path);
	return page;
}

/* The part of the page that is about a subcommand; to be freed. */
static char *
section_of(const char *page, const char *subcommand)
{
	char heading[64];
	const char *begin, *end;

	snprintf(heading, sizeof(heading), ".Ss cloneshim %s ", subcommand);
	begin = strstr(page, heading);
	cr_assert_not_null(begin, "cloneshim(1) has no section for %s", subcommand);
	end = strstr(begin + 1, "\n.S");
	return strndup(begin, end != NULL ? (size_t)(end - begin) : strlen(begin));
}

/* Copies the name behind "--" in `text`, or behind "Fl -" of mdoc; false: there is no more. Moves *text behind it. */
static bool
next_option(const char **text, const char *mark, char *name, size_t size)
{
	size_t length = 0;
	const char *found = *text;

	do {
		found = strstr(found, mark);
		if (found == NULL)
			return false;
		found += strlen(mark);
	} while (!islower((unsigned char)*found));
	while ((islower((unsigned char)found[length]) || found[length] == '-') && length < size - 1)
		length++;
	snprintf(name, size, "%.*s", (int)length, found);
	*text = found + length;
	return true;
}

/* Every option in `from` is in `in`; those that argp adds to all are not in the page. */
static void
expect_options(const char *subcommand, const char *from, const char *from_mark, const char *in, const char *in_mark)
{
	char name[32], wanted[48];

	while (next_option(&from, from_mark, name, sizeof(name))) {
		if (strcmp(name, "help") == 0 || strcmp(name, "usage") == 0)
			continue;
		snprintf(wanted, sizeof(wanted), "%s%s", in_mark, name);
		cr_expect_not_null(strstr(in, wanted), "%s: %s%s, but no %s", subcommand, from_mark, name, wanted);
	}
}

/* The lines of the help that list options: those that begin with one. To be freed. */
static char *
option_lines(const char *help)
{
	char *lines = calloc(1, strlen(help) + 2), *copy = strdup(help), *rest = copy, *line;

	while ((line = strsep(&rest, "\n")) != NULL) {
		const char *start = line + strspn(line, " ");

		if (start - line >= 2 && start - line <= 6 && *start == '-') {
			strcat(lines, line);
			strcat(lines, "\n");
		}
	}
	free(copy);
	return lines;
}

/* "-f, --format=…" in the help is "Fl f , Fl -format" in the page; "-o TRACE" is "Fl o". */
static void
expect_short_options(const char *subcommand, const char *options, const char *section)
{
	char *copy = strdup(options), *rest = copy, *line, wanted[64], letter, name[32];
	size_t count = 0;

	while ((line = strsep(&rest, "\n")) != NULL) {
		if (sscanf(line, " -%c, --%31[a-z-]", &letter, name) == 2 && letter != '?')
			snprintf(wanted, sizeof(wanted), ".It Fl %c , Fl -%s", letter, name);
		else if (sscanf(line, " -%c %31[A-Z]", &letter, name) == 2)
			snprintf(wanted, sizeof(wanted), ".It Fl %c Ar ", letter);
		else
			continue;
		cr_expect_not_null(strstr(section, wanted), "%s: no '%s'", subcommand, wanted);
		count++;
	}
	for (const char *at = section; (at = strstr(at, ".It Fl ")) != NULL; at++)
		count -= at[strlen(".It Fl ")] != '-';
	cr_expect_eq(count, 0u, "%s: the page has other short options than --help", subcommand);
	free(copy);
}

static void
compare_subcommand(const char *page, const char *subcommand)
{
	const char *arguments[] = {subcommand, "--help", NULL};
	char *section = section_of(page, subcommand), *options;
	struct run run = {0};

	command_run_well(&run, arguments);
	options = option_lines(run.output);
	cr_expect_gt(strlen(options), 0u, "%s --help lists no option", subcommand);
	expect_options(subcommand, options, "--", section, "Fl -");
	expect_options(subcommand, section, "Fl -", options, "--");
	expect_short_options(subcommand, options, section);
	free(options);
	free(section);
	run_free(&run);
}

/* The subcommands are those that the command itself lists. */
Test(manual, options_are_those_of_the_help)
{
	const char *arguments[] = {"--help", NULL};
	char *page = read_page("cloneshim.1"), *rest, *line;
	struct run run = {0};
	int count = 0;

	command_run_well(&run, arguments);
	rest = run.output;
	while ((line = strsep(&rest, "\n")) != NULL) {
		char name[32];

		if (strncmp(line, "  ", 2) != 0 || !islower((unsigned char)line[2]) ||
		    strncmp(line + 2, "cloneshim", 9) == 0)
			continue;
		cr_assert_eq(sscanf(line, " %31s", name), 1);
		compare_subcommand(page, name);
		count++;
	}
	cr_expect_geq(count, 5);
	cr_expect_not_null(strstr(page, ".Fl -version"));
	run_free(&run);
	run = (struct run){0};
	command_run_well(&run, arguments);
	cr_expect_eq(run_count_lines(run.output, " --version` "), 1, "%s", run.output);
	run_free(&run);
	free(page);
}

Test(manual, variables_are_those_of_the_library)
{
	const char *argv[] = {"true", NULL}, *help[] = {"CLONESHIM_HELP=1", NULL};
	char *page = read_page("libcloneshim.7"), *rest, *line, wanted[64], preload[1100];
	const char *environment[] = {help[0], preload, NULL};
	struct run run = {.argv = argv, .environment = environment};
	size_t variables = 0;

	snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", run_shim_path());
	cr_assert_eq(run_program(&run), 0);
	rest = run.output;
	while ((line = strsep(&rest, "\n")) != NULL) {
		char name[32];

		if (sscanf(line, " CLONESHIM_%20[A-Z_]", name) != 1)
			continue;
		snprintf(wanted, sizeof(wanted), "\n.It Ev CLONESHIM_%s\n", name);
		cr_expect_not_null(strstr(page, wanted), "libcloneshim(7) lacks CLONESHIM_%s", name);
		variables++;
	}
	cr_expect_gt(variables, 5u);
	cr_expect_eq(run_count_lines(page, ".It Ev CLONESHIM_"), variables, "libcloneshim(7) has others, too");
	run_free(&run);
	free(page);
}

/* A shell command in which $ROOT is the directory that was installed into. */
static void
expect_success(const char *directory, const char *command)
{
	setenv("ROOT", directory, 1);
	cr_expect_eq(system(command), 0, "%s", command);
}

Test(manual, completion_offers_what_there_is)
{
	char *directory = run_scratch(), *trace = run_join_path(directory, "trace");
	const char *record[] = {run_victim("mixed_calls"), NULL};
	const char *argv[] = {RUN_SOURCE_DIRECTORY "/tests/command/check_completion", RUN_SOURCE_DIRECTORY,
			      command_path(), trace, NULL};
	struct run recorded = {0}, run = {.argv = argv};
	int count = 0;

	command_record(&recorded, record, trace, NULL);
	cr_assert_eq(run_program(&run), 0);
	cr_expect_str_empty(run.errors);
	cr_expect(run_count_lines(run.output, NULL) == 1 && sscanf(run.output, "%d options with", &count) == 1, "%s",
		  run.output);
	cr_expect_geq(count, 30);
	free(trace);
	run_free(&recorded);
	run_free(&run);
	run_scratch_remove(directory);
}

Test(manual, what_is_installed_is_complete_and_works)
{
	static const char *const files[] = {"bin/cloneshim",
					    "lib/cloneshim/libcloneshim.so",
					    "include/cloneshim/trace.h",
					    "include/cloneshim/event.schema.json",
					    "share/man/man1/cloneshim.1",
					    "share/man/man7/libcloneshim.7",
					    "share/bash-completion/completions/cloneshim"};
	char *directory = run_scratch();

	expect_success(directory, "make -s --no-print-directory -C '" RUN_SOURCE_DIRECTORY
				  "' BUILD='" RUN_BUILD_DIRECTORY "' PREFIX=/usr DESTDIR=\"$ROOT\" install >/dev/null");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char path[1200], *content;

		snprintf(path, sizeof(path), "%s/usr/%s", directory, files[i]);
		content = run_read_file(path, NULL);
		cr_expect_not_null(content, "%s is not installed", files[i]);
		free(content);
	}
	expect_success(directory, "cd \"$ROOT\" && usr/bin/cloneshim run -o trace true 2>/dev/null && "
				  "usr/bin/cloneshim show trace | grep -q 'process: true'");
	expect_success(directory, "cd \"$ROOT\" && PATH=\"$ROOT/usr/bin:$PATH\" bash -c '"
				  ". usr/share/bash-completion/completions/cloneshim; "
				  "COMP_WORDS=(cloneshim su); COMP_CWORD=1; _cloneshim cloneshim su cloneshim; "
				  "[ \"${COMPREPLY[*]}\" = summary ] || exit 1; "
				  "COMP_WORDS=(cloneshim tree --no); COMP_CWORD=2; _cloneshim cloneshim --no tree; "
				  "[ \"${COMPREPLY[*]}\" = --no-fold ]'");
	run_scratch_remove(directory);
}
