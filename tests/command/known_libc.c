/* known_libc.c: what one program has found out about libc stands in the trace, and spares the next ones the search; nothing else changes. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cloneshim/trace.h"
#include "command/command_check.h"
#include "command/script.h"

TestSuite(known_libc, .timeout = 120);

/* Into the trace that is there, with what an earlier program has left behind. */
static void
record_and_show(struct run *run, struct place *place)
{
	char command[2048];

	snprintf(command, sizeof(command), "LD_PRELOAD='%s' CLONESHIM_TRACE=t $P/asks_in_vain 3 2 && $C show t",
		 run_shim_path());
	script_run(run, place, command);
	cr_assert_eq(run->status, 0, "%s", run->errors);
}

static struct cloneshim_trace_libc
read_libc(const struct place *place)
{
	struct cloneshim_trace_libc libc;
	int fd = open(place->trace, O_RDONLY);

	cr_assert_geq(fd, 0);
	cr_assert_eq(pread(fd, &libc, sizeof(libc), offsetof(struct cloneshim_trace_header, libcs)), sizeof(libc));
	close(fd);
	return libc;
}

static void
write_libc(const struct place *place, const struct cloneshim_trace_libc *libc)
{
	int fd = open(place->trace, O_WRONLY);

	cr_assert_geq(fd, 0);
	cr_assert_eq(pwrite(fd, libc, sizeof(*libc), offsetof(struct cloneshim_trace_header, libcs)), sizeof(*libc));
	close(fd);
}

/* The rest of the `number`th line that has `text`, behind it; freed by the caller. */
static char *
rest_of_line(const char *output, const char *text, int number)
{
	const char *at = output;

	for (int i = 0; i <= number; i++) {
		at = strstr(at, text);
		cr_assert_not_null(at, "%d times \"%s\" in %s", number + 1, text, output);
		at += strlen(text);
	}
	return strndup(at, strcspn(at, "\n"));
}

Test(known_libc, next_program_is_told_of_as_the_first)
{
	struct place place = script_place();
	struct run run = {0};
	char *first, *second;

	record_and_show(&run, &place);
	cr_expect_neq(read_libc(&place).key, 0);
	cr_expect_geq(read_libc(&place).site_count, 3);
	run_free(&run);
	run = (struct run){0};
	record_and_show(&run, &place);
	first = rest_of_line(run.output, " process: asks_in_vain ", 0);
	second = rest_of_line(run.output, " process: asks_in_vain ", 1);
	cr_expect_str_eq(second, first);
	cr_expect_eq(run_count_lines(run.output, "module: "), 0, "%s", run.output);
	cr_expect_eq(run_count_lines(run.output, "  clone3("), 12, "%s", run.output);
	cr_expect_eq(run_count_matches(run.output, "  clone\\(.* = [0-9]+$"), 2, "%s", run.output);
	free(first);
	free(second);
	run_free(&run);
	script_place_remove(&place);
}

/* Every traced program can write there. `said`: how often the second program tells that its libc is not as expected. */
static void
expect_second(void (*damage)(struct cloneshim_trace_libc *libc), int said)
{
	struct place place = script_place();
	struct cloneshim_trace_libc libc;
	struct run run = {0};

	record_and_show(&run, &place);
	run_free(&run);
	libc = read_libc(&place);
	damage(&libc);
	write_libc(&place, &libc);
	run = (struct run){0};
	record_and_show(&run, &place);
	cr_expect_eq(run_count_matches(run.output, "module: libc.* from here on: libc has other sites"), said, "%s",
		     run.output);
	cr_expect_eq(run_count_lines(run.output, "module: "), said, "%s", run.output);
	cr_expect_eq(run_count_matches(run.output, "  clone\\(.* = [0-9]+$"), 2, "%s", run.output);
	run_free(&run);
	script_place_remove(&place);
}

static void
have_too_many_sites(struct cloneshim_trace_libc *libc)
{
	libc->site_count = 1000;
	memset(libc->name, 'x', sizeof(libc->name));
}

Test(known_libc, what_is_no_libc_is_not_believed)
{
	expect_second(have_too_many_sites, 0);
}

static void
have_too_few_sites(struct cloneshim_trace_libc *libc)
{
	libc->site_count = 2;
}

Test(known_libc, another_libc_is_not_patched)
{
	expect_second(have_too_few_sites, 1);
}
