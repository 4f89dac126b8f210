/* script.c: see script.h. */
#include "command/script.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "command/command_check.h"

struct place
script_place(void)
{
	struct place place = {.directory = run_scratch()};

	place.trace = run_join_path(place.directory, "t");
	return place;
}

void
script_place_remove(struct place *place)
{
	free(place->trace);
	run_scratch_remove(place->directory);
}

void
script_run(struct run *run, const struct place *place, const char *script)
{
	const char *argv[] = {"sh", "-c", script, NULL};
	char command[1100], programs[1100], trace[1100];
	const char *environment[] = {command,           programs,         trace,
				     "CLONESHIM_TRACE", "LD_PRELOAD",     "CLONESHIM_TRACE_SIZE",
				     "CLONESHIM_PATH",  "CLONESHIM_HELP", NULL};

	snprintf(command, sizeof(command), "C=%s", command_path());
	snprintf(programs, sizeof(programs), "P=%s/tests/programs", RUN_BUILD_DIRECTORY);
	snprintf(trace, sizeof(trace), "T=%s", place->trace);
	run->argv = argv;
	run->environment = environment;
	run->directory = place->directory;
	cr_assert_eq(run_program(run), 0);
	cr_assert_not(run->timed_out, "%s", script);
	run->argv = NULL;
	run->environment = NULL;
}
