/* compare_rows_figures.c: the rows of figures: how many calls, how long they took, which errors they met. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/compare_row.h"

static void
fill_calls(struct compare_cell *cell, struct compare_column *column)
{
	compare_cell_print(cell, "%" PRIu64, column->calls);
}

static void
fill_others(struct compare_cell *cell, struct compare_column *column)
{
	if (column->other_paths == 0)
		compare_cell_set(cell, true, "none");
	else
		compare_cell_print(cell, "%" PRIu64 " %s in %" PRIu64, column->other_calls,
				   column->other_calls == 1 ? "call" : "calls", column->other_paths);
}

bool
compare_add_calls(struct compare_section *section)
{
	return compare_row_fill(section, COMPARE_CALLS, "calls", "", false, fill_calls) &&
	       compare_row_fill(section, COMPARE_CALLS, "other paths", "that calls took", false, fill_others);
}

static void
fill_median(struct compare_cell *cell, struct durations *durations)
{
	char text[32];
	struct out out;

	if (durations->count == 0) {
		compare_cell_set(cell, false, COMPARE_NOT_OBSERVED);
		return;
	}
	out_init(&out, text, sizeof(text));
	out_duration(&out, durations_percentile(durations, 50));
	text[out.length] = '\0';
	compare_cell_set(cell, true, text);
}

static void
fill_time_in_call(struct compare_cell *cell, struct compare_column *column)
{
	if (column->row->figures.calls == 0)
		compare_cell_set(cell, true, COMPARE_NONE); /* a system call from outside any */
	else
		fill_median(cell, &column->row->figures.in_call);
}

static void
fill_time_in_kernel(struct compare_cell *cell, struct compare_column *column)
{
	if (column->row->figures.syscalls == 0 && compare_path_is_known(column))
		compare_cell_set(cell, true, COMPARE_NONE);
	else
		fill_median(cell, &column->row->figures.in_kernel);
}

bool
compare_add_times(struct compare_section *section)
{
	return compare_row_fill(section, COMPARE_TIMES, "in the call", "median", false, fill_time_in_call) &&
	       compare_row_fill(section, COMPARE_TIMES, "in the kernel", "median of a creation's system call", false,
				fill_time_in_kernel);
}

static void
fill_errors(struct compare_cell *cell, const struct summary_errors *errors)
{
	char text[512];
	size_t length = 0;

	for (uint32_t i = 0; i < errors->count && length < sizeof(text); i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%" PRIu64 " %s", i > 0 ? ", " : "",
					   errors->each[i].count, errors->each[i].name);
	compare_cell_set(cell, true, length > 0 ? text : "none");
}

static void
fill_call_errors(struct compare_cell *cell, struct compare_column *column)
{
	fill_errors(cell, &column->call_errors);
}

static void
fill_syscall_errors(struct compare_cell *cell, struct compare_column *column)
{
	if (!compare_path_is_known(column) && column->syscall_errors.count == 0)
		compare_cell_set(cell, false, COMPARE_UNKNOWN);
	else
		fill_errors(cell, &column->syscall_errors);
}

bool
compare_add_failures(struct compare_section *section)
{
	return compare_row_fill(section, COMPARE_FAILURES, "of calls", "whichever path they took", true,
				fill_call_errors) &&
	       compare_row_fill(section, COMPARE_FAILURES, "of system calls", "those that create tasks", true,
				fill_syscall_errors);
}
