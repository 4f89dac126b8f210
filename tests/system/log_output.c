/* log_output.c: where the log goes, and that it goes nowhere else whatever the program does with descriptors and limits. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/victim_check.h"

TestSuite(log_output, .timeout = 120);

static const char *const to_stderr[] = {"CLONESHIM_OUTPUT=stderr", NULL};

Test(log_output, descriptors_closed_and_reused)
{
	struct victim_runs runs;
	struct victim victim = {.name = "closes_all_descriptors", .says_not_all = true, .errors_differ = true};
	victim_check(&victim, NULL, &runs);
	const struct run *run = &runs.strace;
	expect_matches(run->log, 1, "CLONE_THREAD.* = %lu$", victim_fact(run, "thread_before"));
	/* closed, but nothing stands in the way of opening the log again */
	expect_matches(run->log, 1, "CLONE_THREAD.* = %lu$", victim_fact(run, "thread_between"));
	victim_free(&runs);
}

Test(log_output, descriptors_closed_and_reused_while_logging_to_stderr)
{
	struct run run;
	struct victim victim = {.name = "closes_all_descriptors", .environment = to_stderr};
	victim_run(&victim, "strace", &run);
	expect_matches(run.errors, 1, "CLONE_THREAD.* = %lu$", victim_fact(&run, "thread_before"));
	run_free(&run);
}

Test(log_output, stderr_redirected_by_the_program)
{
	struct run run;
	struct victim victim = {.name = "redirects_stderr", .environment = to_stderr};
	victim_run(&victim, "text", &run);
	expect_some_match(run.errors, "pthread_create returned 0");
	run_free(&run);
}

Test(log_output, file_size_limit_reached)
{
	struct victim_runs runs;
	struct victim victim = {.name = "reaches_file_size_limit", .says_not_all = true, .errors_differ = true};
	victim_check(&victim, NULL, &runs);
	expect_matches(runs.strace.log, 1, " = %lu$", victim_fact(&runs.strace, "thread_before"));
	/* what did not fit is counted: five threads and five processes */
	expect_matches(runs.strace.errors, 1, "^cloneshim: 10 lines .* lost");
	victim_free(&runs);
}

Test(log_output, reader_of_the_pipe_gone)
{
	const char *argv[] = {run_victim("creates_threads"), NULL};
	struct run run = {.argv = argv, .format = "text", .environment = to_stderr, .errors_reader_gone = true};
	cr_assert_eq(run_program(&run), 0);
	cr_assert_eq(run.status, 0, "status %d: %s", run.status, run.output);
	cr_assert(strstr(run.output, "ok\n"), "%s", run.output);
	run_free(&run);
}

Test(log_output, sandbox_denies_files)
{
	struct victim_runs runs;
	struct victim victim = {.name = "sandbox_denies_files", .says_not_all = true, .errors_differ = true};
	victim_check(&victim, NULL, &runs);
	expect_matches(runs.strace.log, 1, " = %lu$", victim_fact(&runs.strace, "thread_before"));
	victim_free(&runs);
}

/* Runs creates_threads with CLONESHIM_OUTPUT=path. */
static void
run_into(const char *path, struct run *run)
{
	char entry[600];
	snprintf(entry, sizeof(entry), "CLONESHIM_OUTPUT=%s", path);
	const char *environment[] = {entry, NULL};
	struct victim victim = {.name = "creates_threads", .arguments = {"2"}, .environment = environment};
	victim_run(&victim, "strace", run);
}

Test(log_output, file_is_private_and_appended_to)
{
	char *directory = run_scratch(), *path = run_join_path(directory, "log");
	struct run run;
	struct stat status;
	for (int i = 1; i <= 2; i++) {
		run_into(path, &run);
		run_free(&run);
		char *log = run_read_file(path, NULL);
		cr_assert_not_null(log);
		cr_assert_eq(run_count_lines(log, NULL), (size_t)(3 * i), "%s", log);
		free(log);
	}
	cr_assert_eq(stat(path, &status), 0);
	cr_assert_eq(status.st_mode & 07777, 0600, "mode %o", status.st_mode);
	free(path);
	run_scratch_remove(directory);
}

/* One file a process: the program's own, and that of the child that it forks, which makes nothing. */
Test(log_output, pid_in_the_path)
{
	char *directory = run_scratch(), *pattern = run_join_path(directory, "log-%p-%p");
	struct run run;
	run_into(pattern, &run);
	int pid = 0;
	cr_assert_eq(sscanf(run.output, "made %d ", &pid), 1);
	char name[64];
	snprintf(name, sizeof(name), "log-%d-%d", pid, pid);
	char *path = run_join_path(directory, name), *log = run_read_file(path, NULL);
	cr_assert_not_null(log, "no file %s", path);
	cr_assert_eq(run_count_lines(log, NULL), 3, "%s", log);
	free(log);
	free(path);
	free(pattern);
	run_free(&run);
	run_scratch_remove(directory);
}

Test(log_output, symbolic_link_refused)
{
	char *directory = run_scratch(), *target = run_join_path(directory, "target"),
	     *link = run_join_path(directory, "link");
	struct run run;
	struct stat status;
	cr_assert_eq(symlink(target, link), 0);
	run_into(link, &run);
	cr_assert_eq(access(target, F_OK), -1, "the log was written through a symbolic link");
	cr_assert_eq(lstat(link, &status), 0);
	cr_assert(S_ISLNK(status.st_mode));
	cr_assert_eq(run_count_lines(run.errors, "CLONESHIM_OUTPUT"), 1, "%s", run.errors);
	run_free(&run);
	free(target);
	free(link);
	run_scratch_remove(directory);
}
