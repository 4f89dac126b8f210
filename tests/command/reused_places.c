/* reused_places.c: an object that takes the place of one that is gone is not taken for it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "command/command_check.h"

TestSuite(reused_places, .timeout = 60);

static char *
copy_of_object(const char *directory, const char *name)
{
	char *path = run_join_path(directory, name), command[2200];

	snprintf(command, sizeof(command), "cp '%s' '%s'", run_preload("forks_through_libc"), path);
	cr_assert_eq(system(command), 0);
	return path;
}

Test(reused_places, by_an_object_that_dlopen_brings)
{
	char *directory = run_scratch(), *trace = run_join_path(directory, "trace");
	char *first = copy_of_object(directory, "first.so"), *second = copy_of_object(directory, "second.so");
	const char *argv[] = {run_victim("opens_one_after_the_other"), first, second, first, NULL};
	const char *show[] = {"show", "--format", "json", trace, NULL};
	struct run run = {0}, shown = {0};

	command_record(&run, argv, trace, NULL);
	cr_assert_eq(run.status, 0, "%s", run.output);
	command_run_well(&shown, show);
	cr_expect_eq(run_count_matches(shown.output, "\"api\":\"fork\",\"caller\":\\{[^}]*/first.so\""), 2, "%s",
		     shown.output);
	cr_expect_eq(run_count_matches(shown.output, "\"api\":\"fork\",\"caller\":\\{[^}]*/second.so\""), 1, "%s",
		     shown.output);
	run_free(&run);
	run_free(&shown);
	run_scratch_remove(directory);
	free(trace);
	free(first);
	free(second);
}
