/* summary.c: what `cloneshim summary` adds up, against strace -c over the same program, and against what programs are known to do. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/command_check.h"

TestSuite(summary, .timeout = 120);

/* A trace in a directory of its own. */
struct recording {
	char *directory, *trace;
};

static void
record_with(struct recording *recording, const char *const *argv, const char *const *settings)
{
	const char *environment[8];
	char trace[1100], preload[1100];
	struct run run = {.argv = argv, .environment = environment};
	size_t count = 0;

	recording->directory = run_scratch();
	recording->trace = run_join_path(recording->directory, "trace");
	snprintf(trace, sizeof(trace), "CLONESHIM_TRACE=%s", recording->trace);
	snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", run_shim_path());
	environment[count++] = trace;
	environment[count++] = preload;
	while (settings != NULL && *settings != NULL)
		environment[count++] = *settings++;
	environment[count] = NULL;
	cr_assert_eq(run_program(&run), 0);
	cr_assert_eq(run.status, 0, "%s: status %d: %s", argv[0], run.status, run.errors);
	run_free(&run);
}

static void
record(struct recording *recording, const char *program)
{
	const char *argv[] = {run_victim(program), NULL};

	record_with(recording, argv, NULL);
}

static void
discard(struct recording *recording)
{
	free(recording->trace);
	run_scratch_remove(recording->directory);
}

/* `cloneshim summary` with one more argument, or NULL. */
static void
summarize(struct run *run, const struct recording *recording, const char *argument)
{
	const char *arguments[] = {"summary", recording->trace, argument, NULL};

	command_run_well(run, arguments);
}

static void
expect_lines(const struct recording *recording, const char *argument, const char *const *lines)
{
	struct run run = {0};

	summarize(&run, recording, argument);
	for (size_t i = 0; lines[i] != NULL; i++)
		cr_expect_eq(run_count_matches(run.output, lines[i]), 1, "not \"%s\" once in:\n%s", lines[i],
			     run.output);
	run_free(&run);
}

#define EXPECT(recording, argument, ...) expect_lines(recording, argument, (const char *[]){__VA_ARGS__, NULL})

static const char *const names[] = {"clone", "clone3", "fork", "vfork"};

#define NAMES 4

/* Calls and errors that a line of `strace -c` says: "100.00 0.000141 70 2 1 clone3", the errors missing where there are none. */
static void
read_strace_line(const char *line, long *counts, long *errors)
{
	char words[8][32];
	int count = sscanf(line, "%31s %31s %31s %31s %31s %31s", words[0], words[1], words[2], words[3], words[4],
			   words[5]);

	for (int i = 0; count >= 5 && i < NAMES; i++)
		if (strcmp(words[count - 1], names[i]) == 0) {
			counts[i] = atol(words[3]);
			errors[i] = count == 6 ? atol(words[4]) : 0;
		}
}

static void
count_by_strace(const char *const *command, long *counts, long *errors)
{
	char *directory = run_scratch(), *path = run_join_path(directory, "counts"), *text, *rest;
	const char *argv[16] = {"strace", "-f", "-c", "-e", "trace=clone,clone3,fork,vfork", "-o", path};
	struct run run = {.argv = argv};

	for (size_t i = 0; command[i] != NULL && i < 8; i++)
		argv[7 + i] = command[i];
	cr_assert_eq(run_program(&run), 0);
	if (run.status != 0)
		cr_skip("strace does not work here: %s", run.errors);
	rest = text = run_read_file(path, NULL);
	cr_assert_not_null(text);
	for (char *line; (line = strsep(&rest, "\n")) != NULL;)
		read_strace_line(line, counts, errors);
	free(text);
	run_free(&run);
	free(path);
	run_scratch_remove(directory);
}

/* "System calls: clone 6 (1 EINVAL, 2 EAGAIN), vfork 1". */
static void
count_by_summary(const char *output, long *counts, long *errors)
{
	const char *line = strstr(output, "System calls: ");

	cr_assert_not_null(line, "%s", output);
	line += strlen("System calls: ");
	while (*line != '\n') {
		char name[16];
		int length = 0, known = -1;
		long count;

		cr_assert_eq(sscanf(line, "%15[a-z0-9] %ld%n", name, &count, &length), 2, "%s", line);
		for (int i = 0; i < NAMES; i++)
			if (strcmp(name, names[i]) == 0)
				known = i;
		cr_assert_geq(known, 0, "%s", line);
		counts[known] = count;
		line += length;
		while (*line != '\n' && *line != ')' && *line != ',')
			if (sscanf(line++, "(%ld", &count) == 1)
				errors[known] += count;
		while (*line == ')' || (*line == ',' && line[1] == ' ' && line[2] >= '0' && line[2] <= '9')) {
			if (*line == ',')
				errors[known] += atol(line + 2);
			line++;
			while (*line != '\n' && *line != ')' && *line != ',')
				line++;
		}
		while (*line == ',' || *line == ' ')
			line++;
	}
}

struct counted {
	char program[32], argument[16];
};

ParameterizedTestParameters(summary, counts_like_strace)
{
	static struct counted rows[] = {
		{"mixed_calls", ""},        {"creates_threads", ""},
		{"creation_results", ""},   {"every_exec", ""},
		{"fork_nested_deeply", ""}, {"shell_calls", ""},
		{"spawn_attributes", ""},   {"syscall_function", ""},
		{"thread_attributes", ""},  {"thread_create_fails", "einval"},
		{"vfork_nested", ""},       {"clone_variadic_arguments", ""},
	};

	return cr_make_param_array(struct counted, rows, sizeof(rows) / sizeof(rows[0]));
}

ParameterizedTest(struct counted *row, summary, counts_like_strace)
{
	const char *argv[] = {run_victim(row->program), row->argument[0] != '\0' ? row->argument : NULL, NULL};
	long by_strace[NAMES] = {0}, strace_errors[NAMES] = {0}, by_summary[NAMES] = {0}, summary_errors[NAMES] = {0};
	struct recording recording;
	struct run run = {0};

	count_by_strace(argv, by_strace, strace_errors);
	record_with(&recording, argv, NULL);
	summarize(&run, &recording, NULL);
	count_by_summary(run.output, by_summary, summary_errors);
	for (int i = 0; i < NAMES; i++) {
		cr_expect_eq(by_summary[i], by_strace[i], "%s: %ld %s, strace %ld:\n%s", row->program, by_summary[i],
			     names[i], by_strace[i], run.output);
		cr_expect_eq(summary_errors[i], strace_errors[i], "%s: %ld errors of %s, strace %ld:\n%s", row->program,
			     summary_errors[i], names[i], strace_errors[i], run.output);
	}
	run_free(&run);
	discard(&recording);
}

Test(summary, rows)
{
	struct recording recording;

	record(&recording, "mixed_calls");
	EXPECT(&recording, NULL, "^Programs: .*/mixed_calls, /.*/true ×2, ", "Tasks made: 3 threads, 6 processes$",
	       "^pthread_create → clone3? +3 +3 .* 3\\.[0-9] MiB$", "^fork → clone +2 +2 ", "^vfork → vfork +1 +1 ",
	       "^posix_spawnp → clone3? +2 +2 ", "^system → clone3? +1 +1 ", "^total +9 +9 ");
	discard(&recording);
}

Test(summary, injected_failures)
{
	const char *argv[] = {run_victim("mixed_calls"), NULL};
	const char *settings[] = {"CLONESHIM_INJECT=clone3:error=EAGAIN:when=1..2", NULL};
	struct recording recording;

	record_with(&recording, argv, settings);
	EXPECT(&recording, NULL, "^pthread_create → clone3 +3 +1 .* 2 EAGAIN; 2 injected$",
	       "^System calls: clone3 [0-9]+ and 2 injected, ");
	discard(&recording);
}

/* glibc falls back to clone: the call succeeds, one of its syscalls did not. */
Test(summary, several_syscalls_of_a_call)
{
	const char *argv[] = {run_victim("mixed_calls"), NULL};
	const char *settings[] = {"CLONESHIM_INJECT=clone3:error=ENOSYS", NULL};
	struct recording recording;

	record_with(&recording, argv, settings);
	EXPECT(&recording, NULL, "^pthread_create → clone3 \\+ clone +3 +3 .* syscalls: 3 ENOSYS; 3 injected$",
	       "^posix_spawnp → clone3 \\+ clone +2 +2 ");
	discard(&recording);
}

Test(summary, orphans)
{
	const char *argv[] = {run_victim("raw_syscalls"), run_preload("makes_raw_syscall"), NULL};
	struct recording recording;

	record_with(&recording, argv, NULL);
	EXPECT(&recording, NULL, "^\\(raw\\) fork +2 ", "^total +2 +4 ");
	discard(&recording);
}

Test(summary, unfinished)
{
	const char *argv[] = {run_victim("mixed_calls"), "ends inside", NULL};
	struct recording recording;

	record_with(&recording, argv, NULL);
	EXPECT(&recording, NULL, "^fork → not observed +1 .* 1 unfinished$", "^fork → clone +2 ",
	       "^total +10 +9 .* 1 unfinished$");
	discard(&recording);
}

Test(summary, probe_off)
{
	const char *argv[] = {run_victim("mixed_calls"), NULL};
	const char *settings[] = {"CLONESHIM_PROBE=off", NULL};
	struct recording recording;

	record_with(&recording, argv, settings);
	EXPECT(&recording, NULL, "^pthread_create → not observed +3 ", "^total +9 ",
	       "Tasks made: 0 threads, 0 processes$");
	discard(&recording);
}

/* A call in a prepare handler is inside fork: the total has its syscall, and its time once. */
Test(summary, nested_calls)
{
	struct recording recording;
	struct run run = {0};
	int threads = 0, forks = 0, in_threads = 0, in_forks = 0, outermost = 0, syscalls = 0;

	record(&recording, "atfork_creates_threads");
	summarize(&run, &recording, NULL);
	cr_expect_eq(
		sscanf(strstr(run.output, "\npthread_create"), "\npthread_create → %*s %d %d", &threads, &in_threads),
		2);
	cr_expect_eq(sscanf(strstr(run.output, "\nfork"), "\nfork → %*s %d %d", &forks, &in_forks), 2);
	cr_expect_eq(sscanf(strstr(run.output, "\ntotal"), "\ntotal %d %d", &outermost, &syscalls), 2);
	cr_expect_eq(syscalls, in_threads + in_forks, "%s", run.output);
	cr_expect(outermost >= forks && outermost < forks + threads, "%s", run.output);
	run_free(&run);
	discard(&recording);
}

Test(summary, by_caller)
{
	const char *arguments[] = {"summary", "--by", "caller", NULL, NULL};
	struct recording recording;
	struct run run = {0};

	record(&recording, "mixed_calls");
	arguments[3] = recording.trace;
	command_run_well(&run, arguments);
	cr_expect_eq(run_count_matches(run.output, "^make_children \\(mixed_calls.c:[0-9]+\\) +fork → clone +2 +2 "), 1,
		     "%s", run.output);
	cr_expect_eq(run_count_matches(run.output, "^spawn \\(mixed_calls.c:[0-9]+\\) +posix_spawnp → clone3? +2 +2 "),
		     1, "%s", run.output);
	run_free(&run);
	discard(&recording);
}

Test(summary, order)
{
	const char *arguments[] = {"summary", "--sort", "name", NULL, NULL};
	struct recording recording;
	struct run run = {0};

	record(&recording, "mixed_calls");
	summarize(&run, &recording, NULL);
	cr_expect_lt(strstr(run.output, "\npthread_create"), strstr(run.output, "\nfork"), "%s", run.output);
	run_free(&run);
	arguments[3] = recording.trace;
	command_run_well(&run, arguments);
	cr_expect_gt(strstr(run.output, "\npthread_create"), strstr(run.output, "\nfork"), "%s", run.output);
	run_free(&run);
	discard(&recording);
}

Test(summary, json)
{
	static const char check[] =
		"import json, sys\n"
		"d = json.load(sys.stdin)\n"
		"assert d['schema'] == 1 and d['type'] == 'summary' and d['by'] == 'api'\n"
		"rows = {r['api']: r for r in d['rows']}\n"
		"t = rows['pthread_create']\n"
		"assert t['kind'] == 'call' and t['calls'] == 3 and t['syscalls'] == 3 and t['errors'] == {}, t\n"
		"assert [s['times'] for s in t['path']] == [1] and t['path'][0]['syscall'].startswith('clone'), t\n"
		"assert t['stacks']['count'] == 3 and 0 < (3 << 20) - t['stacks']['bytes'] < 3 * 4096, t\n"
		"for time in t['call_time'], t['kernel_time']:\n"
		"    assert time['count'] == 3 and time['exact'] is True, time\n"
		"    assert time['min_ns'] <= time['median_ns'] <= time['p99_ns'] == time['max_ns'] < time['sum_ns'], "
		"time\n"
		"assert t['kernel_time']['sum_ns'] < t['call_time']['sum_ns'] <= d['duration_ns']\n"
		"assert rows['fork']['stacks'] is None\n"
		"assert d['total']['calls'] == 9 and d['tasks'] == {'threads': 3, 'processes': 6, 'unknown': 0}\n"
		"assert sum(s['count'] for s in d['syscalls']) == 9\n"
		"assert set(d['damage'].values()) == {0}\n";
	const char *argv[] = {"python3", "-c", check, NULL};
	struct run run = {0}, checked = {.argv = argv};
	struct recording recording;

	record(&recording, "mixed_calls");
	summarize(&run, &recording, "--json");
	checked.input = run.output;
	cr_assert_eq(run_program(&checked), 0);
	cr_expect_eq(checked.status, 0, "%s\n%s", checked.errors, run.output);
	run_free(&run);
	run_free(&checked);
	discard(&recording);
}

Test(summary, lost_events)
{
	const char *argv[] = {run_victim("many_threads"), "2000", NULL};
	const char *settings[] = {"CLONESHIM_TRACE_SIZE=128K", NULL};
	struct recording recording;

	record_with(&recording, argv, settings);
	EXPECT(&recording, NULL, "^Not all was recorded: [0-9]+ events found no room",
	       "^pthread_create → clone3? +[0-9]+ ");
	discard(&recording);
}

/* A program that makes no task, and a trace that holds nothing at all. */
Test(summary, nothing)
{
	const char *argv[] = {"true", NULL};
	struct recording recording;

	record_with(&recording, argv, NULL);
	EXPECT(&recording, NULL, "^Programs: /.*/true$", "^No calls and no system calls in the trace.$");
	cr_assert_eq(truncate(recording.trace, 4096), 0);
	EXPECT(&recording, NULL, "^Programs: none in the trace$", "^Not all was recorded: [0-9]+ slots are cut off");
	discard(&recording);
}

/* One call in four takes another path. */
Test(summary, by_path)
{
	const char *argv[] = {run_victim("creates_one_by_one"), "4", NULL};
	const char *settings[] = {"CLONESHIM_INJECT=clone3:error=ENOSYS:when=2", NULL};
	const char *arguments[] = {"summary", "--by", "path", NULL, NULL, NULL};
	struct recording recording;
	struct run run = {0};

	record_with(&recording, argv, settings);
	arguments[3] = recording.trace;
	command_run_well(&run, arguments);
	if (run_count_lines(run.output, "injected") == 0)
		cr_skip("this libc makes no clone3");
	cr_expect_eq(run_count_matches(run.output, "^\\[1\\] pthread_create → clone3 +3 +3 "), 1, "%s", run.output);
	cr_expect_eq(run_count_matches(run.output, "^\\[2\\] pthread_create → clone3 \\+ clone +1 +1 "), 1, "%s",
		     run.output);
	cr_expect_eq(run_count_matches(run.output, "^\\[1\\] pthread_create: clone3\\(CLONE_VM\\|CLONE_FS\\|"), 1, "%s",
		     run.output);
	run_free(&run);
	arguments[4] = "--json";
	command_run_well(&run, arguments);
	cr_expect_eq(run_count_matches(run.output, "\"signature\": \"pthread_create: clone3\\(CLONE_VM[^ ]+, stack by "
						   "libc\\)\""),
		     1, "%s", run.output);
	cr_expect_eq(run_count_matches(run.output,
				       "\"signature\": \"pthread_create: clone3\\(CLONE_VM[^ ]+, a stack\\) "
				       "= ENOSYS \\(injected\\) clone\\(CLONE_VM[^ ]+, stack by libc\\)\""),
		     1, "%s", run.output);
	run_free(&run);
	discard(&recording);
}

/* The same system call, asked for another thing, is another path. */
Test(summary, by_path_with_other_stacks)
{
	const char *argv[] = {NULL, NULL};
	const char *arguments[] = {"summary", "--by", "path", NULL, NULL};
	struct recording recording;
	struct run run = {0};

	record(&recording, "creates_one_by_one");
	argv[0] = run_victim("thread_user_stack");
	command_record(&run, argv, recording.trace, NULL);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	arguments[3] = recording.trace;
	command_run_well(&run, arguments);
	cr_expect_eq(run_count_matches(run.output, "^\\[[12]\\] pthread_create → "), 2, "%s", run.output);
	cr_expect_eq(run_count_lines(run.output, "libc)"), 1, "%s", run.output);
	cr_expect_eq(run_count_lines(run.output, "program)"), 1, "%s", run.output);
	run_free(&run);
	discard(&recording);
}

static void
expect_refusal(const char *const *arguments, const char *message)
{
	struct run run = {0};

	command_run(&run, arguments);
	cr_expect_eq(run.status, 2, "%s: status %d", message, run.status);
	cr_expect_eq(run_count_lines(run.errors, message), 1, "not \"%s\": %s", message, run.errors);
	cr_expect_str_empty(run.output);
	run_free(&run);
}

Test(summary, bad_input)
{
	const char *missing[] = {"summary", "/no/such/trace", NULL}, *other[] = {"summary", "/etc/passwd", NULL};
	const char *none[] = {"summary", NULL}, *two[] = {"summary", "a", "b", NULL};
	const char *order[] = {"summary", "--sort", "luck", "a", NULL}, *by[] = {"summary", "--by", "luck", "a", NULL};

	expect_refusal(missing, "/no/such/trace: No such file or directory");
	expect_refusal(other, "/etc/passwd: not a cloneshim trace");
	expect_refusal(none, "expected a trace");
	expect_refusal(two, "b: expected one trace");
	expect_refusal(order, "--sort luck: expected count, time,");
	expect_refusal(by, "--by luck: expected api, caller or path");
}
