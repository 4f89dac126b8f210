/* volume.c: 20,000 threads, and not a line is lost. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "harness/victim_check.h"

Test(volume, twenty_thousand_threads, .timeout = 180)
{
	struct run run;
	struct victim victim = {.name = "many_threads", .arguments = {"20000"}};
	victim_run(&victim, "strace", &run);
	cr_assert_eq(run_count_lines(run.log, NULL), 20000, "%zu lines", run_count_lines(run.log, NULL));
	expect_matches(run.log, 20000, "^[0-9]+ +clone3?\\(.*CLONE_THREAD.*\\) += [0-9]+$");
	/* no line twice and none made up: the ids add up to what the threads saw */
	uint64_t sum = 0;
	for (const char *line = run.log; *line; line = strchr(line, '\n') + 1) {
		const char *end = strchr(line, '\n'), *result = end;
		while (result[-1] != ' ')
			result--;
		sum += strtoull(result, NULL, 10);
	}
	cr_assert_eq(sum, victim_fact(&run, "sum_of_tids"));
	run_free(&run);
}
