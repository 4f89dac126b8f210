/*
 * oracle.c: every command of the table runs under strace with the shim inside, in strace format; the two logs of that one run
 * must say the same, per task, byte for byte. And what the command prints and how it exits must be the same under the shim as
 * bare, without strace around it.
 *
 * One thing only strace can tell: the last syscall of a task that is killed before it runs on. Those are counted apart, and strace's
 * own log has to say that the task was killed.
 */
#include <criterion/criterion.h>
#include <criterion/hooks.h>
#include <criterion/parameterized.h>
#include <fcntl.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/run.h"
#include "harness/strace_log.h"
#include "oracle/commands.h"

#define COMPARED_MIN 200 /* over all commands: what the issue asks for */
#define ARGUMENTS_MAX 40
#define SETUP_SKIPPED 77               /* exit status of a setup that finds that the command cannot be run here */
#define TALLY "CLONESHIM_ORACLE_TALLY" /* a file with a line for each command: the number of syscalls compared */

static const char *const environment[] = {"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "LC_ALL=C",
					  "PYTHONDONTWRITEBYTECODE=1", NULL};

/* Every test is a process of its own; the tally is how they tell the runner. */
ReportHook(PRE_ALL)(struct criterion_test_set *tests)
{
	(void)tests;
	char path[] = "/tmp/cloneshim-tally-XXXXXX";
	int fd = mkstemp(path);
	if (fd < 0)
		return;
	close(fd);
	setenv(TALLY, path, 1);
}

ReportHook(POST_ALL)(struct criterion_global_stats *stats)
{
	(void)stats;
	const char *path = getenv(TALLY);
	char *text = path ? run_read_file(path, NULL) : NULL;
	unsigned long total = 0, commands_run = 0;
	if (!text)
		return;
	for (char *line = text; *line; line = strchr(line, '\n') + 1, commands_run++)
		total += strtoul(line, NULL, 10);
	printf("oracle: %lu creation syscalls compared over %lu commands\n", total, commands_run);
	free(text);
	unlink(path);
}

static void
tally(size_t compared)
{
	const char *path = getenv(TALLY);
	int fd = path ? open(path, O_WRONLY | O_APPEND) : -1;
	if (fd >= 0) {
		dprintf(fd, "%zu\n", compared);
		close(fd);
	}
}

/* A fresh directory in which a command's files have been made. */
static char *
prepare_directory(const struct command *command)
{
	char *directory = run_scratch();
	cr_assert_not_null(directory);
	if (command->script) {
		char *path = run_join_path(directory, "script");
		FILE *file = fopen(path, "we");
		cr_assert_not_null(file);
		fputs(command->script, file);
		fclose(file);
		free(path);
	}
	if (command->setup) {
		const char *argv[] = {"sh", "-c", command->setup, NULL};
		struct run run = {.argv = argv, .directory = directory, .environment = environment};
		cr_assert_eq(run_program(&run), 0);
		if (run.status == SETUP_SKIPPED)
			cr_skip_test("%s: %s", command->name, run.output);
		cr_assert_eq(run.status, 0, "%s: setup failed: %s%s", command->name, run.output, run.errors);
		run_free(&run);
	}
	return directory;
}

/* The command's own arguments as they stand in `directory`, appended to `argv`; strings that are made live in `made`. */
static void
append_arguments(const struct command *command, const char *directory, const char **argv, char made[3][1024])
{
	size_t count = 0, next = 1;
	while (argv[count])
		count++;
	const char *program = command->argv[0];
	if (strncmp(program, "demo:", 5) == 0) {
		argv[count++] = run_demo(program + 5);
	} else if (strncmp(program, "victim:", 7) == 0) {
		argv[count++] = run_victim(program + 7);
	} else if (strcmp(program, "make:") == 0) {
		snprintf(made[0], sizeof(made[0]), "BUILD=%s/build", directory);
		snprintf(made[1], sizeof(made[1]), "%s/build/libcloneshim.so", directory);
		for (size_t i = 0; i < 5; i++)
			argv[count++] = (const char *[]){"make", "-C", RUN_SOURCE_DIRECTORY, made[0], made[1]}[i];
	} else {
		next = 0;
	}
	while (command->argv[next])
		argv[count++] = command->argv[next++];
	argv[count] = NULL;
}

static int
timeout_s(const struct command *command)
{
	return command->timeout_s ? command->timeout_s : 100;
}

static void
run_command(const struct command *command, const char *format, struct run *run)
{
	const char *argv[ARGUMENTS_MAX] = {NULL};
	char made[3][1024], *directory = prepare_directory(command);
	append_arguments(command, directory, argv, made);
	*run = (struct run){.argv = argv,
			    .format = format,
			    .preload_before = command->preload_before,
			    .preload_after = command->preload_after,
			    .environment = environment,
			    .directory = directory,
			    .timeout_s = timeout_s(command)};
	cr_assert_eq(run_program(run), 0);
	cr_assert(!run->timed_out, "%s: did not end", command->name);
	run->argv = NULL;
	run_scratch_remove(directory);
}

/* Replaces what varies by an ellipsis. */
static char *
mask(const char *text, const char *varying)
{
	regex_t regex;
	regmatch_t match;
	char *masked;
	size_t size;
	FILE *out = open_memstream(&masked, &size);
	if (varying && regcomp(&regex, varying, REG_EXTENDED | REG_NEWLINE) == 0) {
		while (*text && regexec(&regex, text, 1, &match, 0) == 0 && match.rm_eo > 0) {
			fprintf(out, "%.*s…", (int)match.rm_so, text);
			text += match.rm_eo;
		}
		regfree(&regex);
	}
	fputs(text, out);
	fclose(out);
	return masked;
}

static int
compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *
sort_lines(char *text)
{
	size_t count = run_count_lines(text, NULL), size, i = 0;
	char **lines = calloc(count + 1, sizeof(char *)), *next = text, *sorted;
	for (char *line; i < count && (line = strsep(&next, "\n"));)
		lines[i++] = line;
	qsort(lines, count, sizeof(char *), compare_strings);
	FILE *out = open_memstream(&sorted, &size);
	for (i = 0; i < count; i++)
		fprintf(out, "%s\n", lines[i]);
	fclose(out);
	free(lines);
	free(text);
	return sorted;
}

static void
expect_same_text(const struct command *command, const char *what, const char *found, const char *expected)
{
	char *left = mask(expected, command->varying), *right = mask(found, command->varying);
	if (command->unordered) {
		left = sort_lines(left);
		right = sort_lines(right);
	}
	cr_assert_str_eq(right, left, "%s: %s under the shim:\n%s\nbare:\n%s", command->name, what, right, left);
	free(left);
	free(right);
}

/* The loader goes on without what it cannot preload, and so would the comparison. */
static void
skip_without_preloads(const struct command *command, const struct run *run)
{
	if (strstr(run->errors, "cannot be preloaded"))
		cr_skip_test("%s: %s", command->name, run->errors);
}

static bool
has_good_verdict(const struct command *command, const struct run *run)
{
	return command->verdict && run->status == 0 &&
	       (strstr(run->output, command->verdict) || strstr(run->errors, command->verdict));
}

static void
check_behaviour(const struct command *command)
{
	struct run bare, shim;
	run_command(command, "text", &shim);
	skip_without_preloads(command, &shim);
	/* every syscall made by libc stands under a call; others may be shown as well */
	size_t orphans = run_count_matches(shim.log, "from no intercepted call, at .*libc\\.so\\.6\\+0x");
	cr_assert_eq(orphans, command->calls_past_the_shim,
		     "%s: %zu syscalls of libc stand under no call, expected %zu", command->name, orphans,
		     command->calls_past_the_shim);
	if (!has_good_verdict(command, &shim)) {
		run_command(command, NULL, &bare);
		cr_assert_eq(shim.status, bare.status, "%s: status %d under the shim, %d bare\n%s%s", command->name,
			     shim.status, bare.status, shim.output, shim.errors);
		expect_same_text(command, "output", shim.output, bare.output);
		expect_same_text(command, "standard error", shim.errors, bare.errors);
		run_free(&bare);
	}
	run_free(&shim);
}

static bool
strace_works(void)
{
	const char *argv[] = {"strace", "-f", "-qq", "-o", "/dev/null", "true", NULL};
	struct run run = {.argv = argv, .timeout_s = 20};
	bool works = run_program(&run) == 0 && run.status == 0;
	run_free(&run);
	return works;
}

/* Runs the command under strace with the shim inside it, and not inside strace, and reads both logs. */
static void
trace_command(const struct command *command, struct strace_log *expected, struct strace_log *found)
{
	char *directory = prepare_directory(command), *logs = run_scratch();
	char *strace_path = run_join_path(logs, "strace"), *shim_path = run_join_path(logs, "shim");
	char preload[1024], output[1024], made[3][1024];
	snprintf(preload, sizeof(preload), "LD_PRELOAD=%s%s%s%s%s",
		 command->preload_before ? command->preload_before : "", command->preload_before ? ":" : "",
		 run_shim_path(), command->preload_after ? ":" : "",
		 command->preload_after ? command->preload_after : "");
	snprintf(output, sizeof(output), "CLONESHIM_OUTPUT=%s", shim_path);
	const char *argv[ARGUMENTS_MAX] = {
		"strace", "-f", "-q",   "-e", "trace=clone,clone3,fork,vfork", "-o", strace_path, "-E",
		preload,  "-E", output, "-E", "CLONESHIM_FORMAT=strace",       NULL};
	append_arguments(command, directory, argv, made);
	struct run run = {.argv = argv,
			  .environment = environment,
			  .directory = directory,
			  .timeout_s = timeout_s(command) * 3 / 2};
	cr_assert_eq(run_program(&run), 0);
	cr_assert(!run.timed_out, "%s: did not end under strace", command->name);

	char *strace_text = run_read_file(strace_path, NULL), *shim_text = run_read_file(shim_path, NULL);
	cr_assert_not_null(strace_text, "%s: strace left no log: %s", command->name, run.errors);
	cr_assert_not_null(shim_text, "%s: the shim left no log: %s", command->name, run.errors);
	strace_log_parse(expected, strace_text);
	strace_log_parse(found, shim_text);
	free(strace_text);
	free(shim_text);
	free(strace_path);
	free(shim_path);
	run_free(&run);
	run_scratch_remove(logs);
	run_scratch_remove(directory);
}

static void
check_counts(const struct command *command, const struct strace_log *log)
{
	int threads = 0, processes = 0;
	for (size_t i = 0; i < log->count; i++) {
		const char *line = log->calls[i].line;
		char *summary = strace_line_summary(log->calls[i].task,
						    line + strcspn(line, " ") + strspn(strchr(line, ' '), " "));
		cr_assert_not_null(summary, "%s", line);
		if (strstr(summary, " thread "))
			threads++;
		else
			processes++;
		free(summary);
	}
	cr_assert(command->threads == COMMAND_ANY || command->threads == threads, "%s: %d threads, expected %d",
		  command->name, threads, command->threads);
	cr_assert(command->processes == COMMAND_ANY || command->processes == processes, "%s: %d processes, expected %d",
		  command->name, processes, command->processes);
}

static void
check_against_strace(const struct command *command)
{
	struct strace_log expected, found;
	struct strace_difference difference;
	trace_command(command, &expected, &found);
	cr_assert_null(expected.strange, "%s: strace's log has a line that we cannot read: %s", command->name,
		       expected.strange);
	cr_assert(!found.strange && found.notes == 0, "%s: the shim's log has a line that is no syscall: %s",
		  command->name, found.strange ? found.strange : "+++ or ---");
	size_t late = strace_log_correct_parent_tid(&expected);
	size_t last_words = strace_log_drop_last_words(&expected, &found);
	if (command->handler_makes_syscalls) {
		strace_log_forget_order(&expected);
		strace_log_forget_order(&found);
	}
	strace_log_compare(&difference, &expected, &found);
	printf("oracle: %s: %zu compared, %zu missing, %zu extra, %zu different", command->name,
	       difference.same + difference.different, difference.missing, difference.extra, difference.different);
	if (expected.died + expected.restarted + late + last_words)
		printf(" (strace alone: %zu restarted, %zu ended with the process, %zu right before its end, "
		       "%zu parent_tid read too late)",
		       expected.restarted, expected.died, last_words, late);
	printf("\n");
	fflush(stdout);
	tally(difference.same + difference.different);
	cr_assert(difference.missing + difference.extra + difference.different == 0,
		  "%s: %zu missing, %zu extra, %zu different:\n%s", command->name, difference.missing, difference.extra,
		  difference.different, difference.report);
	cr_assert_geq(difference.same, command->at_least, "%s: %zu syscalls compared, expected at least %zu",
		      command->name, difference.same, command->at_least);
	check_counts(command, &expected);
	free(difference.report);
	strace_log_free(&expected);
	strace_log_free(&found);
}

static void
skip_without_programs(const struct command *command)
{
	if (!strchr(command->argv[0], ':') && !run_program_exists(command->argv[0]))
		cr_skip_test("%s: %s is not installed", command->name, command->argv[0]);
	for (size_t i = 0; i < sizeof(command->needs) / sizeof(command->needs[0]); i++)
		if (command->needs[i] && !run_program_exists(command->needs[i]))
			cr_skip_test("%s: %s is not installed", command->name, command->needs[i]);
}

/* The parameter is a line's number: pointers do not survive the way into Criterion's worker. COMMANDS=TEXT in the environment
   chooses those with TEXT in their names. */
ParameterizedTestParameters(oracle, command)
{
	static int numbers[128];
	const char *wanted = getenv("COMMANDS");
	size_t count = 0;
	for (size_t i = 0; i < command_count && i < 128; i++)
		if (!wanted || !*wanted || strstr(commands[i].name, wanted))
			numbers[count++] = (int)i;
	return cr_make_param_array(int, numbers, count);
}

ParameterizedTest(int *number, oracle, command, .timeout = 500)
{
	const struct command *command = &commands[*number];
	skip_without_programs(command);
	if (command->runs != RUN_UNDER_STRACE)
		check_behaviour(command);
	if (command->runs == RUN_WITHOUT_STRACE)
		return;
	if (!run_program_exists("strace"))
		cr_skip_test("%s: strace is not installed", command->name);
	if (!strace_works())
		cr_skip_test("%s: ptrace is denied", command->name);
	check_against_strace(command);
}

/* Each command fails below its own minimum; together they are enough. */
Test(oracle, compares_enough)
{
	size_t sum = 0;
	for (size_t i = 0; i < command_count; i++)
		sum += commands[i].at_least;
	cr_assert_geq(sum, COMPARED_MIN);
}
