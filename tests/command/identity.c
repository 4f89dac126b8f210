/* identity.c: what `cloneshim show` prints of a trace is what the shim wrote live, byte for byte, in every format. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/command_check.h"

TestSuite(identity, .timeout = 120);

struct row {
	char format[8];
	char program[32];
};

static const char *const programs[] = {
	"asynchronous_io",
	"changes_namespaces",
	"clone_variadic_arguments",
	"creates_threads",
	"creation_results",
	"every_call",
	"every_exec",
	"fork_child_goes_on",
	"fork_nested_deeply",
	"name_lookups",
	"raw_syscalls",
	"second_libc",
	"shell_calls",
	"spawn_attributes",
	"syscall_function",
	"thread_attributes",
	"thread_create_fails",
	"timer_threads",
	"unloads_start_routine",
	"vfork_nested",
	"vfork_child_execs",
	"vfork_child_exits",
	"calls_everything",
	"full calls_everything",
	"full creates_threads",
	"full fork_child_goes_on",
	"full shell_calls",
	"full timer_threads",
};
static const char *const formats[] = {"text", "strace", "json"};

#define FULL "full " /* with CLONESHIM_PATH=full */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

ParameterizedTestParameters(identity, shown_as_live)
{
	static struct row rows[COUNT(programs) * COUNT(formats)];
	size_t count = 0;

	for (size_t p = 0; p < COUNT(programs); p++)
		for (size_t f = 0; f < COUNT(formats); f++) {
			snprintf(rows[count].program, sizeof(rows[count].program), "%s", programs[p]);
			snprintf(rows[count].format, sizeof(rows[count].format), "%s", formats[f]);
			count++;
		}
	return cr_make_param_array(struct row, rows, count);
}

/* Tasks that write at the same time have no order, so the lines are sorted on both sides. */
ParameterizedTest(struct row *row, identity, shown_as_live)
{
	char *directory = run_scratch(), *trace = run_join_path(directory, "trace");
	bool is_full = strncmp(row->program, FULL, strlen(FULL)) == 0;
	const char *argv[] = {run_victim(row->program + (is_full ? strlen(FULL) : 0)), NULL};
	const char *show[] = {"show", "--format", row->format, trace, NULL};
	struct run live = {0}, shown = {0};

	if (is_full)
		setenv("CLONESHIM_PATH", "full", 1);
	command_record(&live, argv, trace, row->format);
	command_run_well(&shown, show);
	command_sort_lines(live.log);
	command_sort_lines(shown.output);
	cr_expect_str_eq(shown.output, live.log, "%s as %s", row->program, row->format);
	run_free(&live);
	run_free(&shown);
	run_scratch_remove(directory);
	free(trace);
}
