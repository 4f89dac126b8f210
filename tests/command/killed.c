/*
 * killed.c: a tree of processes that is killed at any instant leaves a trace that opens, and that has every creation that returned before.
 *
 * What returned is known from a pipe that the program writes to after each creation, not from the shim. 10 runs; KILL_RUNS in the
 * environment asks for more (make check-kill).
 */
#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "command/command_check.h"

TestSuite(killed, .timeout = 1800);

static void __attribute__((noreturn)) become_program(const char *trace, int report)
{
	char descriptor[16];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	snprintf(descriptor, sizeof(descriptor), "%d", report);
	setenv("LD_PRELOAD", run_shim_path(), 1);
	setenv("CLONESHIM_TRACE", trace, 1);
	setenv("CLONESHIM_TRACE_SIZE", "16M", 1);
	execl(run_victim("creates_for_ever"), "creates_for_ever", descriptor, (char *)NULL);
	_exit(127);
}

/* Runs the program for so long, from its start or from its first report, kills it and all that it made, and returns what it had reported. */
static char *
run_and_kill(const char *trace, long nanoseconds, bool after_report)
{
	size_t size = 0;
	char *reported = NULL;
	FILE *copy = open_memstream(&reported, &size);
	int ends[2];
	pid_t program;

	cr_assert_eq(pipe(ends), 0);
	fflush(NULL);
	program = fork();
	if (program == 0)
		become_program(trace, ends[1]);
	cr_assert_gt(program, 0);
	setpgid(program, program);
	close(ends[1]);
	if (after_report)
		poll(&(struct pollfd){ends[0], POLLIN, 0}, 1, 60000);
	for (struct timespec left = {0, nanoseconds}; nanosleep(&left, &left) != 0;)
		;
	kill(-program, SIGKILL);
	for (char text[4096];;) {
		ssize_t got = read(ends[0], text, sizeof(text));

		if (got <= 0)
			break;
		fwrite(text, 1, (size_t)got, copy);
	}
	close(ends[0]);
	cr_assert_eq(waitpid(program, NULL, 0), program);
	fclose(copy);
	return reported;
}

/* The creations in the trace, as "CREATOR CHILD" numbers. */
struct creation {
	int creator, child;
};

static int
compare_creations(const void *left, const void *right)
{
	return memcmp(left, right, sizeof(struct creation));
}

static struct creation *
creations_in(char *shown, size_t *count)
{
	struct creation *found = calloc(run_count_lines(shown, NULL) + 1, sizeof(*found));
	char *rest = shown;

	cr_assert_not_null(found);
	*count = 0;
	for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
		char *result = strrchr(line, '=');

		if (result != NULL && sscanf(line, "%d", &found[*count].creator) == 1 &&
		    sscanf(result, "= %d", &found[*count].child) == 1)
			++*count;
	}
	qsort(found, *count, sizeof(*found), compare_creations);
	return found;
}

/* Returns how many creations were reported; fails the test for each that the trace lacks. */
static size_t
expect_all_recorded(char *reported, const struct creation *found, size_t count)
{
	char *rest = reported;
	size_t reports = 0;

	for (char *line; (line = strsep(&rest, "\n")) != NULL && *line != '\0';) {
		struct creation wanted = {0, 0};

		/* A line that was cut by the end of the program is none. */
		cr_assert_eq(sscanf(line, "%d %d", &wanted.creator, &wanted.child), 2, "%s", line);
		reports++;
		cr_expect_not_null(bsearch(&wanted, found, count, sizeof(wanted), compare_creations),
				   "%d made %d, which the trace lacks", wanted.creator, wanted.child);
	}
	return reports;
}

/* What `show` says on standard error: nothing, or that writers died. */
static void
expect_only_unfinished(const char *errors)
{
	cr_expect(*errors == '\0' ||
			  (run_count_lines(errors, NULL) == 1 && strstr(errors, "not written to the end") != NULL &&
			   strchr(errors, ';') == strrchr(errors, ';')),
		  "%s", errors);
}

static size_t
kill_once(long nanoseconds, bool after_report)
{
	char *directory = run_scratch(), *trace = run_join_path(directory, "trace");
	char *reported = run_and_kill(trace, nanoseconds, after_report);
	const char *show[] = {"show", "--format", "strace", trace, NULL};
	struct run shown = {0};
	size_t count, reports = 0;
	struct creation *found;

	if (access(trace, F_OK) == 0) {
		command_run(&shown, show);
		cr_expect_eq(shown.status, 0, "killed after %ld ns: %s", nanoseconds, shown.errors);
		expect_only_unfinished(shown.errors);
		found = creations_in(shown.output, &count);
		reports = expect_all_recorded(reported, found, count);
		free(found);
		run_free(&shown);
	} else {
		cr_expect_str_empty(reported, "killed before it had a trace");
	}
	cr_expect_eq(remove(trace) == 0 ? rmdir(directory) : rmdir(directory), 0, "nothing else is left behind");
	free(trace);
	free(directory);
	free(reported);
	return reports;
}

Test(killed, loses_no_creation_that_returned)
{
	const char *runs = getenv("KILL_RUNS");
	int count = runs != NULL ? atoi(runs) : 10;
	unsigned seed = (unsigned)time(NULL);
	size_t reports = 0;

	for (int i = 0; i < count; i++)
		reports += kill_once(rand_r(&seed) % 200 * 1000000L + rand_r(&seed) % 1000000, i % 2 == 1);
	cr_expect_gt(reports, 0, "none of %d runs came to a creation", count);
	fprintf(stderr, "killed: %d runs, %zu creations had returned\n", count, reports);
}
