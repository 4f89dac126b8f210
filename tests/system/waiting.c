/* waiting.c: the wait family, whose results a trace tells. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/victim_check.h"

TestSuite(waiting, .timeout = 120);

Test(waiting, in_every_way)
{
	struct victim_runs runs;
	struct victim victim = {.name = "waits_in_every_way"};
	victim_check(&victim, NULL, &runs);
	victim_free(&runs);
}

/* Only with a trace does the shim look at the status at all. */
Test(waiting, in_every_way_while_recording)
{
	char *directory = run_scratch(), *trace = run_join_path(directory, "trace"), variable[1100];
	const char *environment[] = {variable, NULL};
	struct victim_runs runs;
	struct victim victim = {.name = "waits_in_every_way", .environment = environment};

	snprintf(variable, sizeof(variable), "CLONESHIM_TRACE=%s", trace);
	victim_check(&victim, NULL, &runs);
	victim_free(&runs);
	run_scratch_remove(directory);
	free(trace);
}
