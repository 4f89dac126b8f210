/*
 * trace_places.c: CLONESHIM_TRACE at places that are no good, and under limits. The program goes on as without the shim, and one line on
 * standard error says what happened.
 *
 * Each case is a script, since limits and mounts must be set in between: $SHIM, $TRACE, $DIR, and $PROGRAM, which makes threads and
 * processes.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cloneshim/trace.h"
#include "command/command_check.h"
#include "harness/trace_maker.h"

TestSuite(trace_places, .timeout = 120);

#define TRACED "LD_PRELOAD=\"$SHIM\" CLONESHIM_TRACE=\"$TRACE\" "

struct place {
	char *directory, *trace;
	struct run run;
};

static void
set_up(struct place *place)
{
	*place = (struct place){.directory = run_scratch()};
	cr_assert_not_null(place->directory);
	place->trace = run_join_path(place->directory, "trace");
}

static void
tear_down(struct place *place)
{
	run_free(&place->run);
	run_scratch_remove(place->directory);
	free(place->trace);
}

/* Runs a script; `trace` is what $TRACE is. */
static void
run_script(struct place *place, const char *script, const char *trace, const char *program)
{
	char shim[600], trace_entry[3000], directory[600], program_entry[600], command[600];
	const char *argv[] = {"bash", "-c", script, NULL};
	const char *environment[] = {shim, trace_entry, directory, program_entry, command, NULL};

	snprintf(shim, sizeof(shim), "SHIM=%s", run_shim_path());
	snprintf(trace_entry, sizeof(trace_entry), "TRACE=%s", trace);
	snprintf(directory, sizeof(directory), "DIR=%s", place->directory);
	snprintf(program_entry, sizeof(program_entry), "PROGRAM=%s", run_victim(program));
	snprintf(command, sizeof(command), "COMMAND=%s", command_path());
	run_free(&place->run);
	place->run = (struct run){.argv = argv, .environment = environment, .timeout_s = 60};
	cr_assert_eq(run_program(&place->run), 0);
	place->run.argv = place->run.environment = NULL;
}

/* The program did what it does: creates_threads prints "ok" as its last line. */
static void
expect_ran_well(const struct place *place, const char *errors)
{
	size_t length = strlen(place->run.output);

	cr_expect_eq(place->run.status, 0, "status %d", place->run.status);
	cr_expect(length >= 3 && strcmp(place->run.output + length - 3, "ok\n") == 0, "%s", place->run.output);
	cr_expect_str_eq(place->run.errors, errors);
}

static void
expect_refused(struct place *place, const char *trace, const char *expected)
{
	char line[3000];

	run_script(place, TRACED "exec \"$PROGRAM\"", trace, "creates_threads");
	snprintf(line, sizeof(line), "cloneshim: CLONESHIM_TRACE=%s: expected %s; using none\n", trace, expected);
	expect_ran_well(place, line);
}

static void
expect_recorded(struct place *place, const char *trace)
{
	const char *show[] = {"show", "--format", "strace", trace, NULL};
	struct run shown = {0};

	(void)place;
	command_run_well(&shown, show);
	cr_expect_gt(run_count_lines(shown.output, "clone"), 1, "%s", shown.output);
	run_free(&shown);
}

static size_t
count_entries(const struct place *place)
{
	char command[700];
	FILE *list;
	size_t count = 0;

	snprintf(command, sizeof(command), "ls -A '%s'", place->directory);
	list = popen(command, "re");
	cr_assert_not_null(list);
	for (int c; (c = getc(list)) != EOF;)
		count += c == '\n';
	pclose(list);
	return count;
}

/* They are left as they are. */
Test(trace_places, what_is_no_regular_file)
{
	struct place place;
	char link[600];

	set_up(&place);
	expect_refused(&place, place.directory, "a regular file");
	expect_refused(&place, "/dev/null", "a regular file");
	cr_assert_eq(mkfifo(place.trace, 0600), 0);
	expect_refused(&place, place.trace, "a regular file");
	snprintf(link, sizeof(link), "%s/link", place.directory);
	cr_assert_eq(symlink("nowhere", link), 0);
	expect_refused(&place, link, "a regular file, no symbolic link");
	cr_expect_eq(count_entries(&place), 2);
	tear_down(&place);
}

Test(trace_places, where_no_file_can_be)
{
	struct place place;
	char path[1200];

	set_up(&place);
	snprintf(path, sizeof(path), "%s/no/trace", place.directory);
	expect_refused(&place, path, "a file that a trace can be recorded into (ENOENT)");
	snprintf(path, sizeof(path), "%s/%0256d", place.directory, 0);
	run_script(&place, TRACED "exec \"$PROGRAM\"", path, "creates_threads");
	cr_expect_eq(place.run.status, 0);
	cr_expect_not_null(strstr(place.run.errors,
				  "…: expected a file that a trace can be recorded into (ENAMETOOLONG); using none\n"),
			   "%s", place.run.errors);
	expect_refused(&place, "/dev/null/trace", "a file that a trace can be recorded into (ENOTDIR)");
	expect_refused(&place, "/proc/self/trace", "a file that a trace can be recorded into (ENOENT)");
	cr_expect_eq(count_entries(&place), 0);
	tear_down(&place);
}

Test(trace_places, path_that_is_too_long)
{
	struct place place;
	char path[2000];

	set_up(&place);
	memset(path, 'x', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	run_script(&place, TRACED "CLONESHIM_OUTPUT=/dev/null exec \"$PROGRAM\"", path, "creates_threads");
	cr_expect_eq(run_count_lines(place.run.errors, NULL), 1);
	cr_expect_not_null(strstr(place.run.errors, "expected a file's path below 1024 bytes; using none"), "%s",
			   place.run.errors);
	tear_down(&place);
}

/* Nothing is written into a file of somebody else's. */
static void
expect_left_alone(struct place *place, const struct trace_maker *maker, const char *expected)
{
	size_t size;
	char *bytes;

	cr_assert_eq(trace_maker_write(maker, place->trace), 0);
	expect_refused(place, place->trace, expected);
	bytes = run_read_file(place->trace, &size);
	cr_expect(bytes != NULL && size == maker->length && memcmp(bytes, maker->bytes, size) == 0,
		  "the file is as it was");
	free(bytes);
}

Test(trace_places, files_that_are_no_trace_of_ours)
{
	struct trace_maker maker = trace_maker_new(2048);
	struct cloneshim_trace_header *header = trace_maker_header(&maker), sound = *header;
	struct place place;

	set_up(&place);
	expect_left_alone(&place, &maker, "a trace of this version of cloneshim"); /* of another table of calls */
	header->version = 99;
	expect_left_alone(&place, &maker, "a trace of this version of cloneshim");
	*header = sound;
	header->byte_order = __builtin_bswap32(header->byte_order);
	expect_left_alone(&place, &maker, "a trace of this machine's byte order");
	memcpy(header->magic, "SQLite 3", sizeof(header->magic));
	expect_left_alone(&place, &maker, "a trace or a new file; this one is something else");
	memset(maker.bytes, 0, maker.length);
	expect_left_alone(&place, &maker, "a trace or a new file; this one is something else");
	maker.length = 100;
	expect_left_alone(&place, &maker, "a trace or a new file; this one is something else");
	trace_maker_free(&maker);
	tear_down(&place);
}

/* Its writers would be ended by SIGBUS. */
Test(trace_places, trace_that_was_cut_short)
{
	struct place place;

	set_up(&place);
	run_script(&place, TRACED "\"$PROGRAM\"; truncate -s 1M \"$TRACE\"; " TRACED "exec \"$PROGRAM\"", place.trace,
		   "creates_threads");
	cr_expect_not_null(strstr(place.run.errors, "expected a trace that was not cut short; using none"), "%s",
			   place.run.errors);
	cr_expect_eq(place.run.status, 0);
	tear_down(&place);
}

/* A header that asks for all of the address space, or has handed out more than there is. */
Test(trace_places, header_with_absurd_values)
{
	static const char absurd[] = "\377\377\377\377\377\377\377\377";
	static const size_t places[] = {offsetof(struct cloneshim_trace_header, map_size),
					offsetof(struct cloneshim_trace_header, next)};
	struct place place;

	set_up(&place);
	for (size_t i = 0; i < 2; i++) {
		FILE *file;

		run_script(&place, TRACED "\"$PROGRAM\"", place.trace, "creates_threads");
		file = fopen(place.trace, "r+e");
		cr_assert(file != NULL && fseek(file, (long)places[i], SEEK_SET) == 0 &&
			  fwrite(absurd, 8, 1, file) == 1 && fclose(file) == 0);
		run_script(&place, TRACED "CLONESHIM_OUTPUT=/dev/null exec \"$PROGRAM\"", place.trace,
			   "creates_threads");
		expect_ran_well(&place, "");
		cr_assert_eq(remove(place.trace), 0);
	}
	tear_down(&place);
}

Test(trace_places, relative_path)
{
	struct place place;

	set_up(&place);
	run_script(&place, "cd \"$DIR\"; LD_PRELOAD=\"$SHIM\" CLONESHIM_TRACE=trace exec \"$PROGRAM\"", place.trace,
		   "creates_threads");
	expect_ran_well(&place, "");
	expect_recorded(&place, place.trace);
	cr_expect_eq(count_entries(&place), 1);
	tear_down(&place);
}

/* As mktemp(1) leaves it. */
Test(trace_places, empty_file_becomes_a_trace)
{
	struct place place;

	set_up(&place);
	run_script(&place, ": >\"$TRACE\"; " TRACED "exec \"$PROGRAM\"", place.trace, "creates_threads");
	expect_ran_well(&place, "");
	expect_recorded(&place, place.trace);
	cr_expect_eq(count_entries(&place), 1);
	tear_down(&place);
}

static void
start_twenty_at_once(const char *before)
{
	const char *show[] = {"show", NULL, NULL};
	struct run shown = {0};
	struct place place;
	char script[400];

	set_up(&place);
	snprintf(script, sizeof(script), "%s for i in {1..20}; do " TRACED "/bin/true & done; wait; echo ok", before);
	run_script(&place, script, place.trace, "creates_threads");
	expect_ran_well(&place, "");
	show[1] = place.trace;
	command_run_well(&shown, show);
	cr_expect_eq(run_count_lines(shown.output, "process: true"), 20, "%s", shown.output);
	cr_expect_eq(count_entries(&place), 1, "nothing else is left behind");
	run_free(&shown);
	tear_down(&place);
}

Test(trace_places, twenty_start_a_new_trace_at_once)
{
	start_twenty_at_once("");
}

Test(trace_places, twenty_start_with_an_empty_file_at_once)
{
	start_twenty_at_once(": >\"$TRACE\";");
}

/* bash counts in KiB. SIGXFSZ would end the program. */
Test(trace_places, file_size_limit)
{
	struct place place;

	set_up(&place);
	run_script(&place, "ulimit -f 1000; " TRACED "exec \"$PROGRAM\"", place.trace, "creates_threads");
	expect_ran_well(&place, "");
	expect_recorded(&place, place.trace);
	cr_assert_eq(remove(place.trace), 0);
	run_script(&place, "ulimit -f 20; " TRACED "exec \"$PROGRAM\"", place.trace, "creates_threads");
	cr_expect_eq(place.run.status, 0);
	cr_expect_eq(run_count_lines(place.run.errors, NULL), 1);
	cr_expect_not_null(strstr(place.run.errors, "(EFBIG); using none"), "%s", place.run.errors);
	cr_expect_eq(count_entries(&place), 0);
	tear_down(&place);
}

/* A trace that exists is mapped, and the limit says nothing of that. */
Test(trace_places, file_size_limit_below_an_old_trace)
{
	struct place place;

	set_up(&place);
	run_script(&place, TRACED "CLONESHIM_TRACE_SIZE=2M /bin/true; ulimit -f 20; " TRACED "exec \"$PROGRAM\"",
		   place.trace, "creates_threads");
	expect_ran_well(&place, "");
	expect_recorded(&place, place.trace);
	tear_down(&place);
}

/* 64 MiB of 150 would be too much of them. */
Test(trace_places, address_space_limit)
{
	struct place place;

	set_up(&place);
	run_script(&place, "ulimit -v 150000; " TRACED "exec \"$PROGRAM\"", place.trace, "creates_threads");
	expect_ran_well(&place, "");
	expect_recorded(&place, place.trace);
	tear_down(&place);
}

/* Runs a script in a mount namespace with a file system of `type` at $DIR. The test is skipped where that is not permitted. */
static void
run_on_file_system(struct place *place, const char *type, const char *script, const char *program)
{
	char whole[2000];

	snprintf(whole, sizeof(whole), "exec unshare -m bash -c 'mount -t %s none \"$DIR\" 2>/dev/null || exit 77; %s'",
		 type, script);
	run_script(place, "unshare -m true 2>/dev/null || exit 77", place->trace, program);
	if (place->run.status == 0)
		run_script(place, whole, place->trace, program);
	if (place->run.status == 77) {
		tear_down(place);
		cr_skip_test("no %s can be mounted here: that takes root", type);
	}
}

Test(trace_places, disk_too_small)
{
	struct place place;
	char line[700];

	set_up(&place);
	run_on_file_system(&place, "tmpfs -o size=1m", TRACED "\"$PROGRAM\" && ls -A \"$DIR\" >&2", "creates_threads");
	snprintf(line, sizeof(line),
		 "cloneshim: CLONESHIM_TRACE=%s: expected a file that a trace can be recorded into (ENOSPC); using "
		 "none\n",
		 place.trace);
	expect_ran_well(&place, line);
	tear_down(&place);
}

/* The trace has its space from the start. */
Test(trace_places, disk_runs_full_later)
{
	struct place place;

	set_up(&place);
	run_on_file_system(&place, "tmpfs -o size=1m",
			   "export CLONESHIM_TRACE_SIZE=512K; " TRACED "/bin/true; "
			   "dd if=/dev/zero of=\"$DIR/rest\" 2>/dev/null; " TRACED "\"$PROGRAM\" || exit; "
			   "\"$COMMAND\" show --format strace \"$TRACE\" | grep -q clone3 && echo ok",
			   "creates_threads");
	expect_ran_well(&place, "");
	tear_down(&place);
}

/* fallocate(2) is not for every file system: zeros are written instead. */
Test(trace_places, file_system_that_cannot_allocate)
{
	struct place place;

	set_up(&place);
	run_on_file_system(&place, "ramfs",
			   "export CLONESHIM_TRACE_SIZE=1000K; fallocate -l 1000 \"$DIR/x\" 2>/dev/null && exit 77; rm "
			   "-f \"$DIR/x\"; " TRACED "\"$PROGRAM\" || exit; [ $(stat -c %b \"$TRACE\") -ge 1999 ] || "
			   "exit 3; [ $(ls -A \"$DIR\") = trace ] || exit 4; "
			   "\"$COMMAND\" show --format strace \"$TRACE\" | grep -q clone3 && echo ok",
			   "creates_threads");
	expect_ran_well(&place, "");
	tear_down(&place);
}

Test(trace_places, no_descriptor_stays_open)
{
	struct place place;
	char *bare;

	set_up(&place);
	run_script(&place, "exec ls -l /proc/self/fd", place.trace, "creates_threads");
	bare = strdup(place.run.output);
	run_script(&place, TRACED "exec ls -l /proc/self/fd", place.trace, "creates_threads");
	cr_expect_eq(run_count_lines(place.run.output, NULL), run_count_lines(bare, NULL), "bare:\n%straced:\n%s", bare,
		     place.run.output);
	cr_expect_str_empty(place.run.errors);
	free(bare);
	tear_down(&place);
}

/* ld.so(8) loads nothing into it; nor would the shim record. */
Test(trace_places, privileged_program)
{
	struct place place;

	set_up(&place);
	if (geteuid() != 0) {
		tear_down(&place);
		cr_skip_test("takes root");
	}
	run_script(&place,
		   "cp /bin/true \"$DIR/privileged\" && chown 65534 \"$DIR/privileged\" && chmod 4755 "
		   "\"$DIR/privileged\" && chmod 755 \"$DIR\" && " TRACED "\"$DIR/privileged\" && echo ok",
		   place.trace, "creates_threads");
	cr_expect_str_eq(place.run.output, "ok\n");
	cr_expect_eq(access(place.trace, F_OK), -1, "a privileged program recorded");
	tear_down(&place);
}

/* Every creation that the program itself says it made ("made CREATOR KIND RESULT") is in its trace, wherever the program went. */
static const char *const wanderers[] = {"closes_all_descriptors",   "changes_root",
					"clone_vm_shared_tls",      "forks_at_exit",
					"sandbox_denies_files",     "fork_among_thread_creators",
					"sandbox_kills_for_madvise"};

static size_t
expect_made_recorded(const char *output, const char *shown)
{
	char *copy = strdup(output), *rest = copy;
	size_t count = 0;

	for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
		char pattern[100], kind[32];
		int creator, child;

		if (sscanf(line, "made %d %31s %d", &creator, kind, &child) != 3 || child <= 0)
			continue;
		snprintf(pattern, sizeof(pattern), "^%d .* = %d$", creator, child);
		cr_expect_eq(run_count_matches(shown, pattern), 1, "%s: not in the trace:\n%s", line, shown);
		count++;
	}
	free(copy);
	return count;
}

ParameterizedTestParameters(trace_places, all_in_one_trace)
{
	static int places[sizeof(wanderers) / sizeof(wanderers[0])];

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		places[i] = (int)i;
	return cr_make_param_array(int, places, sizeof(places) / sizeof(places[0]));
}

ParameterizedTest(int *number, trace_places, all_in_one_trace)
{
	const char *program = wanderers[*number];
	const char *show[] = {"show", "--format", "strace", NULL, NULL};
	struct run shown = {0};
	struct place place;

	set_up(&place);
	show[3] = place.trace;
	run_script(&place, TRACED "exec \"$PROGRAM\"", place.trace, program);
	if (place.run.status == 77) {
		tear_down(&place);
		cr_skip_test("%s may not do it here", program);
	}
	cr_expect_eq(place.run.status, 0, "%s: %s%s", program, place.run.output, place.run.errors);
	command_run_well(&shown, show);
	expect_made_recorded(place.run.output, shown.output);
	cr_expect_gt(run_count_lines(shown.output, NULL), 0, "%s recorded nothing", program);
	cr_expect_eq(count_entries(&place), 1, "%s left something behind", program);
	run_free(&shown);
	tear_down(&place);
}

/* Programs that become others, or daemons, and vanish from their parents' sight. */
Test(trace_places, whole_tree_is_in_one_trace)
{
	const char *show[] = {"show", NULL, NULL};
	struct run shown = {0};
	struct place place;

	set_up(&place);
	show[1] = place.trace;
	run_script(&place,
		   "export LD_PRELOAD=\"$SHIM\" CLONESHIM_TRACE=\"$TRACE\"; "
		   "bash -c 'exec bash -c \"exec sh -c \\\"exec /bin/true\\\"\"'; "
		   "(setsid bash -c 'cd /; exec >&- 2>&- <&-; /bin/true; /bin/sleep 0.1' & ); "
		   "cd /; /bin/sleep 0.5; /bin/true; echo ok",
		   place.trace, "creates_threads");
	expect_ran_well(&place, "");
	command_run_well(&shown, show);
	cr_expect_eq(run_count_lines(shown.output, "process: true"), 3, "%s", shown.output);
	cr_expect_eq(run_count_lines(shown.output, "process: sleep"), 2, "%s", shown.output);
	cr_expect_eq(run_count_lines(shown.output, "process: setsid"), 1, "%s", shown.output);
	cr_expect_eq(run_count_lines(shown.output, "process: bash"), 3, "%s", shown.output);
	run_free(&shown);
	tear_down(&place);
}
