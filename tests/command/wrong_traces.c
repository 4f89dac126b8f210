/*
 * wrong_traces.c: files that are no trace, or not a whole one, given to every subcommand that reads traces: what is readable is shown, one
 * line on standard error says what is not, and nothing crashes. tests/unit/trace_reading.c has the finer points.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command/command_check.h"
#include "harness/trace_maker.h"

TestSuite(wrong_traces, .timeout = 120);

/* How the trace is read: to have another subcommand tested, add it. */
static const char *const readers[][4] = {
	{"show", NULL},    {"show", "--format", "strace", NULL}, {"show", "--format", "json", NULL},
	{"summary", NULL}, {"compare", "--by", "api", NULL},     {"tree", NULL},
	{"explain", NULL},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
read_trace(struct run *run, size_t reader, const char *path)
{
	const char *arguments[6] = {NULL};
	size_t count = 0;

	while (readers[reader][count] != NULL) {
		arguments[count] = readers[reader][count];
		count++;
	}
	arguments[count] = path;
	run_free(run);
	*run = (struct run){.timeout_s = 30};
	command_run(run, arguments);
	cr_expect_not(run->timed_out, "%s %s does not end", readers[reader][0], path);
}

static void
expect_refused(const char *path, const char *why)
{
	char expected[700];
	struct run run = {0};

	snprintf(expected, sizeof(expected), "cloneshim: %s: %s\n", path, why);
	for (size_t reader = 0; reader < COUNT(readers); reader++) {
		read_trace(&run, reader, path);
		cr_expect_eq(run.status, 2, "%s: status %d", readers[reader][0], run.status);
		cr_expect_str_eq(run.errors, expected);
		cr_expect_str_empty(run.output);
	}
	run_free(&run);
}

Test(wrong_traces, no_trace_at_all)
{
	char *directory = run_scratch(), *path = run_join_path(directory, "trace");

	expect_refused(path, "No such file or directory");
	expect_refused(directory, "not a regular file");
	expect_refused("/dev/null", "not a regular file");
	cr_assert_eq(mkfifo(path, 0600), 0);
	expect_refused(path, "not a regular file");
	unlink(path);
	close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	expect_refused(path, "an empty file, not a trace");
	expect_refused("/bin/true", "not a cloneshim trace");
	run_scratch_remove(directory);
	free(path);
}

/* A sound trace of a real program, without the slots that are not used. */
static struct trace_maker
record_program(const char *path)
{
	const char *argv[] = {run_victim("every_call"), NULL};
	struct trace_maker maker = {0};
	struct run run = {0};

	command_record(&run, argv, path, NULL);
	run_free(&run);
	maker.bytes = (uint8_t *)run_read_file(path, &maker.length);
	cr_assert_not_null(maker.bytes);
	maker.length = CLONESHIM_TRACE_HEADER_SIZE + trace_maker_header(&maker)->next * CLONESHIM_TRACE_SLOT_SIZE;
	return maker;
}

/* Lives through it: exit status 0 or, where it is refused, 2; and never more than a line about it. */
static void
expect_survived(const char *path, bool is_damaged, const char *what)
{
	struct run run = {0};

	for (size_t reader = 0; reader < COUNT(readers); reader++) {
		read_trace(&run, reader, path);
		cr_expect(run.status == 0 || run.status == 2, "%s, %s: status %d: %s", what, readers[reader][0],
			  run.status, run.errors);
		cr_expect_leq(run_count_lines(run.errors, NULL), 1, "%s: %s", what, run.errors);
		/* summary says it above its table, explain below what it found. */
		cr_expect(!is_damaged || *run.errors != '\0' || strstr(run.output, "Not all was recorded") != NULL ||
				  strstr(run.output, "Not counted: ") != NULL,
			  "%s, %s: says nothing", what, readers[reader][0]);
	}
	run_free(&run);
}

static void
expect_survived_bytes(const struct trace_maker *maker, const char *path, bool is_damaged, const char *what)
{
	cr_assert_eq(trace_maker_write(maker, path), 0);
	expect_survived(path, is_damaged, what);
}

Test(wrong_traces, cut_short)
{
	static const size_t lengths[] = {
		1, 7, 8, 100, 1895, 4095, 4096, 4097, 4096 + 63, 4096 + 64, 4096 + 64 * 7 + 30};
	char *directory = run_scratch(), *path = run_join_path(directory, "trace"), what[64];
	struct trace_maker maker = record_program(path);
	size_t whole = maker.length;

	unlink(path);
	for (size_t i = 0; i < COUNT(lengths); i++) {
		maker.length = lengths[i];
		snprintf(what, sizeof(what), "%zu bytes", lengths[i]);
		expect_survived_bytes(&maker, path, true, what);
		unlink(path);
	}
	maker.length = whole - 64;
	expect_survived_bytes(&maker, path, true, "without its last slot");
	unlink(path);
	maker.length = whole;
	expect_survived_bytes(&maker, path, false, "without the slots that are not used");
	trace_maker_free(&maker);
	run_scratch_remove(directory);
	free(path);
}

/* The random numbers are the same in every run. */
Test(wrong_traces, random_bytes)
{
	char *directory = run_scratch(), *path = run_join_path(directory, "trace");
	struct trace_maker maker = record_program(path), sound = {malloc(maker.length), maker.length};
	unsigned seed = 1;

	cr_assert_not_null(sound.bytes);
	memcpy(sound.bytes, maker.bytes, maker.length);
	unlink(path);
	for (int round = 0; round < 6; round++) {
		for (int i = 0; i < 40 << round; i++)
			maker.bytes[4096 + (size_t)rand_r(&seed) % (maker.length - 4096)] = (uint8_t)rand_r(&seed);
		expect_survived_bytes(&maker, path, false, "random bytes in the records");
		unlink(path);
		memcpy(maker.bytes, sound.bytes, maker.length);
	}
	for (size_t i = 4096; i < maker.length; i++)
		maker.bytes[i] = (uint8_t)rand_r(&seed);
	expect_survived_bytes(&maker, path, true, "nothing but random bytes behind the header");
	unlink(path);
	for (size_t i = 0; i < maker.length; i++)
		maker.bytes[i] = (uint8_t)rand_r(&seed);
	cr_assert_eq(trace_maker_write(&maker, path), 0);
	expect_refused(path, "not a cloneshim trace");
	trace_maker_free(&maker);
	trace_maker_free(&sound);
	run_scratch_remove(directory);
	free(path);
}

Test(wrong_traces, absurd_header)
{
	char *directory = run_scratch(), *path = run_join_path(directory, "trace");
	struct trace_maker maker = record_program(path);
	struct cloneshim_trace_header *header = trace_maker_header(&maker), sound = *header;

	unlink(path);
	header->next = UINT64_MAX;
	expect_survived_bytes(&maker, path, true, "next");
	*header = sound;
	header->slot_count = 0;
	expect_survived_bytes(&maker, path, true, "slot_count");
	*header = sound;
	header->lost = UINT64_MAX;
	expect_survived_bytes(&maker, path, true, "lost");
	*header = sound;
	header->call_count = UINT32_MAX;
	header->start_monotonic_ns = UINT64_MAX;
	header->map_size = UINT64_MAX;
	expect_survived_bytes(&maker, path, false, "call_count, times, map_size");
	*header = sound;
	header->version = 3;
	cr_assert_eq(trace_maker_write(&maker, path), 0);
	expect_refused(path, "a trace of version 3; this cloneshim reads version 2");
	*header = sound;
	header->byte_order = __builtin_bswap32(header->byte_order);
	cr_assert_eq(trace_maker_write(&maker, path), 0);
	expect_refused(path, "a trace from a machine of the other byte order");
	trace_maker_free(&maker);
	run_scratch_remove(directory);
	free(path);
}

/* Numbers of a damaged trace may be larger than those of many readers of JSON: they stay numbers, and do not become negative. */
Test(wrong_traces, numbers_beyond_integers)
{
	static const char *const json[][5] = {
		{"summary", "--json"}, {"explain", "--json"}, {"compare", "--json", "--by", "api"}};
	char *directory = run_scratch(), *path = run_join_path(directory, "trace");
	struct trace_maker maker = trace_maker_new(64);
	uint64_t memory = trace_maker_add_process(&maker), slot;
	struct run run = {0};

	trace_maker_add_begin(&maker, memory, 1);
	slot = trace_maker_add_end(&maker, memory, 1);
	((struct cloneshim_trace_call_end *)(void *)trace_maker_slot(&maker, slot)->payload)->duration_ns =
		UINT64_MAX - 9;
	trace_maker_header(&maker)->lost = UINT64_MAX;
	trace_maker_header(&maker)->next = trace_maker_header(&maker)->slot_count = UINT64_MAX - 1;
	cr_assert_eq(trace_maker_write(&maker, path), 0);
	for (size_t i = 0; i < COUNT(json); i++) {
		const char *arguments[6] = {json[i][0], json[i][1], json[i][2], json[i][3], NULL};
		json_t *object;

		arguments[json[i][2] != NULL ? 4 : 2] = path;
		run_free(&run);
		run = (struct run){0};
		command_run(&run, arguments);
		object = json_loads(run.output, 0, NULL);
		cr_expect_not_null(object, "%s: %s", json[i][0], run.output);
		cr_expect_eq(run_count_matches(run.output, "(: |\\[|^ *)-[0-9]"), 0, "%s: %s", json[i][0], run.output);
		if (i < 2) {
			json_t *lost = json_object_get(json_object_get(object, "damage"), "lost");

			cr_expect_float_eq(json_number_value(lost), 18446744073709551615., 1., "%s: %s", json[i][0],
					   run.output);
		}
		json_decref(object);
	}
	cr_expect_eq(run_count_lines(run.output, "\"call_median_ns\": 1.8446744073709552e19"), 1, "%s", run.output);
	trace_maker_free(&maker);
	run_free(&run);
	run_scratch_remove(directory);
	free(path);
}

/* The first line has been read, and what was written beyond it fills the pipe: then the file is cut. One line says what is missing, as it
   does of a trace that was cut before. */
Test(wrong_traces, cut_while_it_is_read)
{
	static const char script[] = "(\"$1\" show \"$2\" 2>\"$2.said\"; echo \"status $?\") | "
				     "{ read -r line; truncate -s 12300 \"$2\"; cat; }";
	char *directory = run_scratch(), *path = run_join_path(directory, "trace"), *said_path, *said;
	const char *record[] = {run_victim("creates_in_vain"), "0", "0", "3000", NULL};
	const char *argv[] = {"sh", "-c", script, "sh", command_path(), path, NULL};
	struct run recorded = {0}, run = {.argv = argv};

	command_record(&recorded, record, path, NULL);
	cr_assert_eq(run_program(&run), 0);
	cr_expect_eq(run_count_lines(run.output, "status 0"), 1, "%s", run.output);
	said_path = run_join_path(directory, "trace.said");
	said = run_read_file(said_path, NULL);
	cr_expect_eq(run_count_lines(said, NULL), 1, "%s", said);
	cr_expect_eq(run_count_lines(said, " slots are missing: the file was cut short; not shown"), 1, "%s", said);
	free(said);
	free(said_path);
	free(path);
	run_free(&recorded);
	run_free(&run);
	run_scratch_remove(directory);
}
