/*
 * trace_writers.c: many tasks write into one trace at once, or more than it has room for: nothing is lost unseen, nothing torn, and the
 * counts are exact.
 *
 * 100,000 events; WRITERS_EVENTS in the environment asks for more (make check-kill: a million).
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cloneshim/trace.h"
#include "command/command_check.h"

TestSuite(trace_writers, .timeout = 900);

enum {
	PROCESSES = 4,
	THREADS = 4,
	RECORDS_OF_A_CALL = 3, /* begin, syscall, end */
};

static long
calls_of_each(void)
{
	const char *events = getenv("WRITERS_EVENTS");

	return (events != NULL ? atol(events) : 100000) / RECORDS_OF_A_CALL / PROCESSES / THREADS + 1;
}

static void
record(const char *trace, const char *size, int processes, int threads, long calls)
{
	char processes_text[16], threads_text[16], calls_text[24], preload[1100], path[1100], room[40];
	const char *argv[] = {run_victim("creates_in_vain"), processes_text, threads_text, calls_text, NULL};
	const char *environment[] = {preload, path, room, NULL};
	struct run run = {.argv = argv, .environment = environment, .timeout_s = 300};

	snprintf(processes_text, sizeof(processes_text), "%d", processes);
	snprintf(threads_text, sizeof(threads_text), "%d", threads);
	snprintf(calls_text, sizeof(calls_text), "%ld", calls);
	snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", run_shim_path());
	snprintf(path, sizeof(path), "CLONESHIM_TRACE=%s", trace);
	snprintf(room, sizeof(room), "CLONESHIM_TRACE_SIZE=%s", size);
	cr_assert_eq(run_program(&run), 0);
	cr_assert_eq(run.status, 0, "%s%s", run.output, run.errors);
	cr_expect_str_eq(run.output, "ok\n");
	cr_expect_str_empty(run.errors);
	run_free(&run);
}

/* A call of the program's, as the json format has it. */
struct call {
	int pid, tid;
	uint64_t id;
};

static int
compare_calls(const void *left, const void *right)
{
	const struct call *l = left, *r = right;

	return l->pid != r->pid ? (l->pid > r->pid) - (l->pid < r->pid) : (l->id > r->id) - (l->id < r->id);
}

/* Takes the whole call out of a line; false: it is no call of syscall(3). */
static bool
take_call(const char *line, struct call *call)
{
	static const char start[] = "{\"schema\":1,\"type\":\"call\",";

	if (strncmp(line, start, sizeof(start) - 1) != 0 || strstr(line, "\"api\":\"syscall\"") == NULL)
		return false;
	cr_assert_eq(sscanf(line + sizeof(start) - 1, "\"id\":%" SCNu64 ",\"pid\":%d,\"tid\":%d,", &call->id,
			    &call->pid, &call->tid),
		     3, "%s", line);
	cr_assert(strstr(line, "\"syscalls_apart\":0,\"syscalls\":[{\"name\":\"clone3\"") != NULL &&
			  strstr(line, "\"ret\":-22,\"error\":\"EINVAL\"") != NULL &&
			  strcmp(line + strlen(line) - 5, "}}]}\n") == 0,
		  "a whole call: %s", line);
	return true;
}

static struct call *
read_calls(const char *trace, size_t most, size_t *count)
{
	struct call *calls = calloc(most + 1, sizeof(*calls));
	char command[2400], *line = NULL;
	size_t size = 0;
	FILE *shown;

	cr_assert_not_null(calls);
	snprintf(command, sizeof(command), "'%s' show --format json '%s' 2>&1", command_path(), trace);
	shown = popen(command, "re");
	cr_assert_not_null(shown);
	for (*count = 0; getline(&line, &size, shown) > 0;) {
		cr_assert_eq(line[0], '{', "%s", line);
		if (take_call(line, &calls[*count]))
			++*count;
		cr_assert_leq(*count, most);
	}
	free(line);
	cr_expect_eq(pclose(shown), 0);
	qsort(calls, *count, sizeof(*calls), compare_calls);
	return calls;
}

Test(trace_writers, none_lost_none_torn)
{
	char *directory = run_scratch(), *trace = run_join_path(directory, "trace");
	size_t expected = (size_t)calls_of_each() * PROCESSES * THREADS, count;
	struct call *calls;

	record(trace, expected > 100000 ? "1G" : "64M", PROCESSES, THREADS, calls_of_each());
	calls = read_calls(trace, expected, &count);
	cr_expect_eq(count, expected, "%zu calls were made, %zu are in the trace", expected, count);
	for (size_t i = 1; i < count; i++)
		cr_assert_neq(compare_calls(&calls[i - 1], &calls[i]), 0, "two calls %d/%" PRIu64, calls[i].pid,
			      calls[i].id);
	free(calls);
	run_scratch_remove(directory);
	free(trace);
}

/* Records, found by the layout alone, and what the header counts as lost. */
static uint64_t
count_records(const char *trace, uint64_t *lost)
{
	size_t size;
	char *bytes = run_read_file(trace, &size);
	struct cloneshim_trace_header header;
	uint64_t records = 0;

	cr_assert(bytes != NULL && size >= CLONESHIM_TRACE_HEADER_SIZE);
	memcpy(&header, bytes, sizeof(header));
	cr_assert_leq(header.next, (size - CLONESHIM_TRACE_HEADER_SIZE) / CLONESHIM_TRACE_SLOT_SIZE);
	for (uint64_t i = 0; i < header.next; i++)
		records += bytes[CLONESHIM_TRACE_HEADER_SIZE + i * CLONESHIM_TRACE_SLOT_SIZE] == CLONESHIM_TRACE_FIRST;
	*lost = header.lost;
	free(bytes);
	return records;
}

/* The same program, once with room enough and once without. */
Test(trace_writers, what_a_full_trace_lacks_is_counted)
{
	char *directory = run_scratch(), *large = run_join_path(directory, "large"),
	     *small = run_join_path(directory, "small"), expected[1400];
	const char *show[] = {"show", small, NULL};
	struct run shown = {0};
	uint64_t made, recorded, lost;

	record(large, "16M", 0, 0, 1000);
	record(small, "128K", 0, 0, 1000);
	made = count_records(large, &lost);
	cr_expect_eq(lost, 0);
	cr_expect_gt(made, 3000);
	recorded = count_records(small, &lost);
	cr_expect_gt(lost, 0);
	cr_expect_eq(recorded + lost, made, "%" PRIu64 " recorded, %" PRIu64 " lost, %" PRIu64 " made", recorded, lost,
		     made);
	command_run(&shown, show);
	cr_expect_eq(shown.status, 0);
	snprintf(expected, sizeof(expected), "cloneshim: %s: %" PRIu64 " events found no room in it; not shown\n",
		 small, lost);
	cr_expect_str_eq(shown.errors, expected);
	run_free(&shown);
	run_scratch_remove(directory);
	free(large);
	free(small);
}

/* Processes and threads in a trace that is too small for them. */
Test(trace_writers, full_trace_with_many_writers)
{
	char *directory = run_scratch(), *trace = run_join_path(directory, "trace");
	uint64_t lost, recorded;

	record(trace, "256K", PROCESSES, THREADS, 500);
	recorded = count_records(trace, &lost);
	cr_expect_gt(recorded, 500);
	cr_expect_geq(recorded + lost, PROCESSES * THREADS * 500 * RECORDS_OF_A_CALL);
	run_scratch_remove(directory);
	free(trace);
}
