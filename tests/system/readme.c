/* readme.c: every command in README.md runs, and prints what README.md says. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "harness/run.h"

Test(readme, says_the_truth, .timeout = 120)
{
	struct run run = {.argv = (const char *const[]){"python3", RUN_SOURCE_DIRECTORY "/tests/system/check_readme.py",
							RUN_SOURCE_DIRECTORY "/README.md", NULL},
			  .directory = RUN_SOURCE_DIRECTORY};

	cr_assert_eq(run_program(&run), 0);
	cr_expect_eq(run.status, 0, "\n%s%s", run.output, run.errors);
	run_free(&run);
}
