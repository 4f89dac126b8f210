/* following.c: CLONESHIM_FOLLOW=1 puts the shim's variables back into an environment that the program made itself; what the program
   sets is never changed, and without it nothing is put back. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <string.h>

#include "harness/victim_check.h"

TestSuite(following, .timeout = 120);

static const char *const follow[] = {"CLONESHIM_FOLLOW=1", NULL};
static const char *const do_not_follow[] = {"CLONESHIM_FOLLOW=0", NULL};

struct start {
	const char *how;
	bool sets_preload;
	const char *own_variables; /* what the program itself puts into the environment, without LD_PRELOAD */
};

#define OWN "CLONESHIM_COLOUR=red\nCOLOUR=blue\n"

static const struct start starts[] = {
	{"execle", false, OWN},
	{"execvpe", false, OWN},
	{"execve", false, OWN},
	{"vfork", false, OWN},
	{"execv", false, "COLOUR=blue\n"},
	{"posix_spawn", false, OWN},
	{"posix_spawn without", false, ""},
	{"execle", true, OWN},
	{"vfork", true, OWN},
	{"posix_spawn", true, OWN},
};

#define COUNT (sizeof(starts) / sizeof(starts[0]))

static void
run_start(const struct start *start, const char *const *environment, struct run *run)
{
	char preload[512];
	snprintf(preload, sizeof(preload), "%s", run_preload("wraps_same_calls"));
	struct victim victim = {.name = "own_environment",
				.arguments = {start->how, start->sets_preload ? preload : NULL},
				.environment = environment};
	victim_run(&victim, "text", run);
}

/* Every line of `lines` is one of the text. */
static void
expect_lines(const char *text, const char *lines)
{
	while (*lines) {
		char line[128];
		size_t length = strcspn(lines, "\n");
		snprintf(line, sizeof(line), "%.*s", (int)length, lines);
		cr_assert_geq(run_count_lines(text, line), 1, "no line %s in\n%s", line, text);
		lines += length + 1;
	}
}

static void
check_followed(const struct start *start)
{
	struct run run;
	char preload[1200];
	run_start(start, follow, &run);
	expect_lines(run.output, start->own_variables);
	expect_lines(run.output, "CLONESHIM_FOLLOW=1\nCLONESHIM_FORMAT=text\nCLONESHIM_OUTPUT=/\n");
	/* ours comes first, and the program's own stays */
	snprintf(preload, sizeof(preload), "LD_PRELOAD=%s%s%s\n", run_shim_path(), start->sets_preload ? ":" : "",
		 start->sets_preload ? run_preload("wraps_same_calls") : "");
	cr_assert(strstr(run.output, preload), "no %s in\n%s", preload, run.output);
	expect_matches(run.output, 1, "^LD_PRELOAD=");
	expect_matches(run.log, 2, "\\] process: own_environment ");
	expect_matches(run.log, 1, "\\] pthread_create returned 0 ");
	expect_no_orphans(run.log);
	run_free(&run);
}

static void
check_left_alone(const struct start *start, const char *const *environment)
{
	struct run run;
	char expected[1200];
	run_start(start, environment, &run);
	snprintf(expected, sizeof(expected), "%s%s%s%sok\n", start->own_variables,
		 start->sets_preload ? "LD_PRELOAD=" : "", start->sets_preload ? run_preload("wraps_same_calls") : "",
		 start->sets_preload ? "\n" : "");
	cr_assert_str_eq(run.output, expected, "%s:\n%s\nexpected:\n%s", start->how, run.output, expected);
	expect_matches(run.log, 1, "\\] process: own_environment ");
	run_free(&run);
}

/* The parameter is a line's number: pointers do not survive the way into Criterion's worker. */
ParameterizedTestParameters(following, own_environment)
{
	static int numbers[COUNT];
	for (size_t i = 0; i < COUNT; i++)
		numbers[i] = (int)i;
	return cr_make_param_array(int, numbers, COUNT);
}

ParameterizedTest(int *number, following, own_environment, .timeout = 120)
{
	check_followed(&starts[*number]);
	check_left_alone(&starts[*number], do_not_follow);
	check_left_alone(&starts[*number], NULL);
}

static void
run_command(const char *const *argv, const char *const *environment, struct run *run)
{
	*run = (struct run){.argv = argv, .format = "text", .environment = environment};
	cr_assert_eq(run_program(run), 0);
	cr_assert_eq(run->status, 0, "%s%s", run->output, run->errors);
	run->argv = NULL;
}

Test(following, env_i)
{
	struct run run;
	const char *const argv[] = {"env", "-i", "env", NULL};
	run_command(argv, do_not_follow, &run);
	cr_assert_str_eq(run.output, "", "%s", run.output);
	run_free(&run);
	run_command(argv, NULL, &run);
	cr_assert_str_eq(run.output, "", "%s", run.output);
	run_free(&run);
	run_command(argv, follow, &run);
	cr_assert_eq(run_count_lines(run.output, NULL), 4, "%s", run.output);
	cr_assert_eq(run_count_lines(run.output, run_shim_path()), 1, "%s", run.output);
	expect_matches(run.log, 2, "\\] process: env ");
	run_free(&run);
}

/* What a program sets holds from there on, and is what is put back further down. */
Test(following, values_of_the_program_win)
{
	struct run run;
	char script[1200];
	snprintf(script, sizeof(script), "exec env -i CLONESHIM_FORMAT=strace sh -c 'env -i %s 3'",
		 run_victim("creates_threads"));
	const char *const argv[] = {"sh", "-c", script, NULL};
	run_command(argv, follow, &run);
	expect_matches(run.log, 3, "^[0-9]+ +clone3?\\(.*CLONE_THREAD");
	expect_matches(run.log, 0, "\\] (process: creates_threads|pthread_create)");
	run_free(&run);
}

/* The vector that is passed on is made of the program's own: one that cannot be read is the kernel's to refuse. */
Test(following, environments_that_cannot_be_read)
{
	static const char *const programs[] = {"every_exec", "spawn_attributes"};
	for (int i = 0; i < 2; i++) {
		struct victim_runs runs;
		victim_check(&(struct victim){.name = programs[i], .environment = follow, .says_not_all = true}, NULL,
			     &runs);
		victim_free(&runs);
	}
}
