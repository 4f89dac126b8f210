/*
 * programs.c: the demos and the programs of tests/system on every libc. Each behaves as it does bare, each libc call that made a task
 * has its syscall inside, and the syscalls are those that strace shows, per task, byte for byte.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/masked.h"
#include "harness/strace_log.h"
#include "harness/victim_check.h"
#include "libcs/libc.h"
#include "libcs/ways.h"

#define CASES_MAX 512

/* By value: pointers do not survive the way into Criterion's worker. */
struct test_case {
	int libc;
	int way; /* -1: it is just started */
	char program[64];
};

static struct test_case cases[CASES_MAX];
static size_t case_count;

static void
add_case(int libc, int way, const char *program)
{
	struct test_case *added = &cases[case_count];
	if (case_count == CASES_MAX)
		abort();
	case_count++;
	added->libc = libc;
	added->way = way;
	snprintf(added->program, sizeof(added->program), "%s", program);
}

static bool
is_for(const struct way *way, const struct libc *libc, const char *program)
{
	return strcmp(way->program, program) == 0 && (!way->libc || strcmp(way->libc, libc->name) == 0);
}

static void
add_program(int libc, const char *program)
{
	size_t before = case_count;
	for (size_t i = 0; i < way_count; i++)
		if (is_for(&ways[i], &libcs[libc], program))
			add_case(libc, (int)i, program);
	if (case_count == before)
		add_case(libc, -1, program);
}

/* Every program is run by its being there; its libc, that of `host`, has the system tests and the oracle. */
ParameterizedTestParameters(programs, as_bare_and_as_strace)
{
	glob_t sources;
	glob(RUN_SOURCE_DIRECTORY "/demos/*.c", 0, NULL, &sources);
	glob(RUN_SOURCE_DIRECTORY "/tests/system/programs/*.c", GLOB_APPEND, NULL, &sources);
	for (size_t libc = 0; libc < libc_count; libc++) {
		if (strcmp(libcs[libc].name, "host") == 0)
			continue;
		if (!libc_is_here(&libcs[libc])) { /* one that says so is enough */
			add_case((int)libc, -1, "");
			continue;
		}
		for (size_t i = 0; i < sources.gl_pathc; i++) {
			char *name = strrchr(sources.gl_pathv[i], '/') + 1;
			char program[64];
			snprintf(program, sizeof(program), "%.*s", (int)strcspn(name, "."), name);
			add_program((int)libc, program);
		}
	}
	globfree(&sources);
	return cr_make_param_array(struct test_case, cases, case_count);
}

/* The command line; strings that are made are freed by free_command(). */
struct command {
	const struct libc *libc;
	char *argv[4];
	char name[128]; /* for people */
};

static void
make_command(const struct test_case *test, struct command *command)
{
	const struct libc *libc = &libcs[test->libc];
	*command = (struct command){.libc = libc, .argv = {libc_program(libc, test->program)}};
	snprintf(command->name, sizeof(command->name), "%s on %s", test->program, libc->name);
	for (int i = 0; test->way >= 0 && i < 2 && ways[test->way].arguments[i]; i++) {
		const char *argument = ways[test->way].arguments[i];
		bool is_program = strncmp(argument, "bin:", 4) == 0;
		command->argv[i + 1] = is_program ? libc_program(libc, argument + 4) : strdup(argument);
	}
}

static void
free_command(struct command *command)
{
	for (int i = 0; command->argv[i]; i++)
		free(command->argv[i]);
}

static void
expect_same_text(const struct command *command, const char *what, const char *found, const char *bare)
{
	char *left = masked_output(found), *right = masked_output(bare);
	cr_assert_str_eq(left, right, "%s: %s under the shim:\n%s\nbare:\n%s", command->name, what, found, bare);
	free(left);
	free(right);
}

/* A call that libc refused by itself made no syscall; one that made a task did. */
static void
expect_observed(const struct command *command, const char *log, const char *ending)
{
	static const char unseen[] = "(returned ([1-9][0-9]*|thrd_success)|(pthread_create|thrd_create) returned "
				     "0|vfork: ).*syscall: not observed";
	const char *identity = libc_expected_identity(command->libc);
	expect_some_match(log, "^\\[[0-9]+\\] process: [^ ]+ \\(%s\\), %s, probe patch: .*%s$", command->argv[0],
			  identity, ending);
	expect_matches(log, 0, "%s", unseen);
	expect_matches(log, 0, "pthread_create returned .*given by the program.*stack: libc's default");
}

/* How the shim is asked, and how its process line then ends. */
static const struct {
	const char *environment[2], *ending;
} askings[] = {
	{{NULL}, ""},
	{{"CLONESHIM_PATH=full", NULL}, "; path full"},
};

static void
check_as_bare(const struct command *command, const struct way *way, const struct run *bare)
{
	for (size_t i = 0; i < sizeof(askings) / sizeof(askings[0]); i++) {
		struct run run = {.argv = (const char *const *)command->argv,
				  .format = "text",
				  .environment = askings[i].environment};
		cr_assert_eq(run_program(&run), 0);
		cr_assert(!run.timed_out && run.status == 0, "%s%s: status %d under the shim\n%s%s", command->name,
			  askings[i].ending, run.status, run.output, run.errors);
		expect_same_text(command, "output", run.output, bare->output);
		if (!way->errors_differ)
			expect_same_text(command, "standard error", run.errors, bare->errors);
		expect_observed(command, run.log, askings[i].ending);
		run_free(&run);
	}
}

static void
check_behaviour(const struct command *command, const struct way *way)
{
	struct run bare;
	libc_run(&bare, (const char *const *)command->argv, NULL);
	if (bare.status != 0)
		cr_skip_test("%s: it ends with status %d without the shim, too: %s%s", command->name, bare.status,
			     bare.output, bare.errors);
	check_as_bare(command, way, &bare);
	run_free(&bare);
}

/* strace shows numbers that it does not know, whatever it was told to trace. */
static void
strike_unknown(char *text)
{
	char *kept = text;
	for (char *line = text; *line;) {
		size_t length = strcspn(line, "\n") + 1;
		if (!line[length - 1])
			length--;
		if (!memmem(line, length, " syscall_0x", strlen(" syscall_0x"))) {
			memmove(kept, line, length);
			kept += length;
		}
		line += length;
	}
	*kept = '\0';
}

/* One run, with the shim inside strace, and both logs of it. */
static void
trace(const struct command *command, struct strace_log *expected, struct strace_log *found)
{
	char *logs = run_scratch(), *strace_path = run_join_path(logs, "strace"), *path = run_join_path(logs, "shim");
	char preload[1024], output[1024];
	snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", run_shim_path());
	snprintf(output, sizeof(output), "CLONESHIM_OUTPUT=%s", path);
	const char *argv[] = {"strace",
			      "-f",
			      "-q",
			      "-e",
			      "trace=clone,clone3,fork,vfork",
			      "-o",
			      strace_path,
			      "-E",
			      preload,
			      "-E",
			      output,
			      "-E",
			      "CLONESHIM_FORMAT=strace",
			      command->argv[0],
			      command->argv[1],
			      command->argv[1] ? command->argv[2] : NULL,
			      NULL};
	struct run run;
	libc_run(&run, argv, NULL);
	char *strace_text = run_read_file(strace_path, NULL), *text = run_read_file(path, NULL);
	cr_assert_not_null(strace_text, "%s: strace left no log: %s", command->name, run.errors);
	strike_unknown(strace_text);
	strace_log_parse(expected, strace_text);
	strace_log_parse(found, text ? text : "");
	free(strace_text);
	free(text);
	free(strace_path);
	free(path);
	run_free(&run);
	run_scratch_remove(logs);
}

static void
check_against_strace(const struct command *command, const struct way *way)
{
	struct strace_log expected, found;
	struct strace_difference difference;
	trace(command, &expected, &found);
	cr_assert_null(expected.strange, "%s: strace says %s", command->name, expected.strange);
	cr_assert(!found.strange && found.notes == 0, "%s: the shim says %s", command->name, found.strange);
	strace_log_correct_parent_tid(&expected);
	if (way->any_order) {
		strace_log_forget_order(&expected);
		strace_log_forget_order(&found);
	}
	strace_log_compare(&difference, &expected, &found);
	printf("libcs: %s: %zu compared, %zu missing, %zu extra, %zu different%s%s\n", command->name,
	       difference.same + difference.different, difference.missing, difference.extra, difference.different,
	       difference.missing ? ": " : "", difference.missing && way->may_miss ? way->may_miss : "");
	cr_assert((way->may_miss || difference.missing == 0) && difference.extra + difference.different == 0,
		  "%s: %zu missing, %zu extra, %zu different:\n%s", command->name, difference.missing, difference.extra,
		  difference.different, difference.report);
	free(difference.report);
	strace_log_free(&expected);
	strace_log_free(&found);
}

ParameterizedTest(struct test_case *test, programs, as_bare_and_as_strace, .timeout = 300)
{
	const struct way *way = test->way >= 0 ? &ways[test->way] : &(const struct way){0};
	struct command command;
	libc_require(&libcs[test->libc]);
	make_command(test, &command);
	char *missing = libc_program_missing(command.libc, test->program);
	if (missing)
		cr_skip_test("%s: does not compile: %s", command.name, missing);
	if (way->skipped)
		cr_skip_test("%s: %s", command.name, way->skipped);
	check_behaviour(&command, way);
	if (way->uncompared) {
		printf("libcs: %s: not compared: %s\n", command.name, way->uncompared);
		free_command(&command);
		return;
	}
	if (!run_program_exists("strace"))
		cr_skip_test("%s: strace is not installed", command.name);
	check_against_strace(&command, way);
	free_command(&command);
}
