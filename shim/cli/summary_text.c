/* summary_text.c: a summary as a table; see summary_print.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/paragraph.h"
#include "cli/summary_print.h"
#include "cli/table.h"
#include "decode/names.h"

#define CELL 256
#define PROGRAMS_SHOWN 4

/* With --by caller, the caller stands in front of these. */
static const struct table_column columns[] = {
	{"called from", false, 0}, {"call → system call", false, 0},
	{"calls", true, 0},        {"syscalls", true, 0},
	{"in call", true, 2},      {"median", true, 1},
	{"p99", true, 4},          {"max", true, 3},
	{"in kernel", true, 6},    {"median", true, 5},
	{"p99", true, 8},          {"max", true, 7},
	{"stacks", true, 9},       {"errors", false, 0},
};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

static void
print_place(FILE *to, const struct code_location *place)
{
	if (place->module == NULL)
		fprintf(to, "0x%" PRIx64, place->address);
	else if (place->symbol != NULL)
		fprintf(to, "%s+0x%" PRIx64 " (%s+0x%" PRIx64 ")", place->symbol, place->symbol_offset,
			base_name(place->module), place->offset);
	else
		fprintf(to, "%s+0x%" PRIx64, base_name(place->module), place->offset);
}

static void
print_caller(FILE *to, const struct summary_row *row)
{
	const struct source_frame *source = &row->source;

	if (!row->caller_known) {
		fputs("not in the trace", to);
	} else if (source->function == NULL) {
		print_place(to, &row->caller);
	} else {
		fputs(source->function, to);
		if (source->file != NULL && source->line > 0)
			fprintf(to, " (%s:%d)", base_name(source->file), source->line);
		else if (row->caller.module != NULL)
			fprintf(to, " (%s+0x%" PRIx64 ")", base_name(row->caller.module), row->caller.offset);
	}
}

/* Three digits, as the text format writes durations. */
static void
print_duration(FILE *to, uint64_t ns)
{
	static const char *const units[] = {"ns", "µs", "ms", "s"};
	double value = (double)ns;
	size_t unit = 0;

	while (value >= 999.5 && unit < 3) {
		value /= 1000;
		unit++;
	}
	fprintf(to, "%.*f %s", unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2, value, units[unit]);
}

static void
print_size(FILE *to, uint64_t bytes)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	double value = (double)bytes;
	size_t unit = 0;

	while (value >= 1023.95 && unit < 6) {
		value /= 1024;
		unit++;
	}
	fprintf(to, "%.*f %s", unit == 0 || value >= 99.95 ? 0 : 1, value, units[unit]);
}

static void
print_error_counts(FILE *to, const struct summary_errors *errors)
{
	for (uint32_t i = 0; i < errors->count; i++)
		fprintf(to, "%s%" PRIu64 " %s", i > 0 ? ", " : "", errors->each[i].count, errors->each[i].name);
}

static bool
are_same_errors(const struct summary_errors *left, const struct summary_errors *right)
{
	bool are_same = left->count == right->count;

	for (uint32_t i = 0; are_same && i < left->count; i++)
		are_same = left->each[i].count == right->each[i].count &&
			   strcmp(left->each[i].name, right->each[i].name) == 0;
	return are_same;
}

/* What the calls answered; what their syscalls answered, where that is something else; and what did not come to an end. */
static void
print_errors(FILE *to, const struct summary_figures *figures)
{
	const char *gap = "";

	if (figures->call_errors.count > 0) {
		print_error_counts(to, &figures->call_errors);
		gap = "; ";
	}
	if (figures->syscall_errors.count > 0 && !are_same_errors(&figures->call_errors, &figures->syscall_errors)) {
		fprintf(to, "%s%s", gap, figures->calls > 0 ? "syscalls: " : "");
		print_error_counts(to, &figures->syscall_errors);
		gap = "; ";
	}
	if (figures->injected > 0) {
		fprintf(to, "%s%" PRIu64 " injected", gap, figures->injected);
		gap = "; ";
	}
	if (figures->unfinished > 0)
		fprintf(to, "%s%" PRIu64 " unfinished", gap, figures->unfinished);
}

/* The cells of one row, each written as into a file. */
struct cells {
	char text[COLUMNS][CELL];
	const char *pointers[COLUMNS];
	size_t count;
	FILE *to;
};

static FILE *
next_cell(struct cells *cells)
{
	if (cells->to != NULL)
		fclose(cells->to);
	memset(cells->text[cells->count], 0, CELL);
	cells->pointers[cells->count] = cells->text[cells->count];
	cells->to = fmemopen(cells->text[cells->count++], CELL - 1, "w");
	return cells->to;
}

static void
fill_durations(struct cells *cells, struct durations *durations, bool can_be)
{
	const uint64_t figures[] = {durations->sum_ns, durations_percentile(durations, 50),
				    durations_percentile(durations, 99), durations->longest_ns};

	for (size_t i = 0; i < 4; i++) {
		FILE *to = next_cell(cells);

		if (to != NULL && durations->count > 0)
			print_duration(to, figures[i]);
		else if (to != NULL && can_be)
			fputs("?", to);
	}
}

static void
fill_figures(struct cells *cells, struct summary_figures *figures)
{
	FILE *to = next_cell(cells);

	if (to != NULL && figures->calls > 0)
		fprintf(to, "%" PRIu64, figures->calls);
	to = next_cell(cells);
	if (to != NULL && figures->syscalls > 0)
		fprintf(to, "%" PRIu64, figures->syscalls);
	fill_durations(cells, &figures->in_call, figures->calls > 0);
	fill_durations(cells, &figures->in_kernel, figures->syscalls > 0);
	to = next_cell(cells);
	if (to != NULL && figures->stack_count > 0)
		print_size(to, figures->stack_bytes);
	to = next_cell(cells);
	if (to != NULL)
		print_errors(to, figures);
}

/* Adds the row that has been filled in. */
static bool
add_cells(struct table *table, struct cells *cells, bool is_total)
{
	bool could_be_written = cells->to != NULL && fclose(cells->to) == 0;

	cells->to = NULL;
	return could_be_written && table_add(table, cells->pointers, is_total);
}

/* `number` is the path's in the list below the table. */
static bool
add_row(struct table *table, const struct summary *summary, struct summary_row *row, size_t number)
{
	char *label = summary_row_label(row);
	struct cells cells = {0};
	FILE *to;

	if (label == NULL)
		return false;
	if (summary->by == SUMMARY_BY_CALLER) {
		to = next_cell(&cells);
		if (to != NULL)
			print_caller(to, row);
	}
	to = next_cell(&cells);
	if (to != NULL && summary->by == SUMMARY_BY_PATH)
		fprintf(to, "[%zu] ", number);
	if (to != NULL)
		fputs(label, to);
	free(label);
	fill_figures(&cells, &row->figures);
	return add_cells(table, &cells, false);
}

static bool
add_total(struct table *table, struct summary *summary)
{
	struct cells cells = {0};
	FILE *to = next_cell(&cells);

	if (to != NULL)
		fputs("total", to);
	if (summary->by == SUMMARY_BY_CALLER)
		next_cell(&cells);
	fill_figures(&cells, &summary->total);
	return add_cells(table, &cells, true);
}

static void
print_programs(const struct summary *summary)
{
	printf("Programs: ");
	for (size_t i = 0; i < summary->program_count && i < PROGRAMS_SHOWN; i++) {
		printf("%s%s", i > 0 ? ", " : "", summary->programs[i].exe);
		if (summary->programs[i].count > 1)
			printf(" ×%" PRIu64, summary->programs[i].count);
	}
	if (summary->program_count > PROGRAMS_SHOWN)
		printf(", and %zu more", summary->program_count - PROGRAMS_SHOWN);
	printf("%s\n", summary->program_count == 0 ? "none in the trace" : "");
}

static void
print_count(uint64_t count, const char *one, const char *many)
{
	printf("%" PRIu64 " %s", count, count == 1 ? one : many);
}

static void
print_span(const struct summary *summary)
{
	printf("Time: ");
	print_duration(stdout, summary->last_ns - summary->first_ns);
	printf(" from the first event to the last. Tasks made: ");
	print_count(summary->threads_made, "thread", "threads");
	printf(", ");
	print_count(summary->processes_made, "process", "processes");
	if (summary->other_tasks_made > 0) {
		printf(", ");
		print_count(summary->other_tasks_made, "task whose flags were not observed",
			    "tasks whose flags were not observed");
	}
	printf("\n");
}

static void
print_damage(const struct trace_damage *damage)
{
	const struct {
		uint64_t count;
		const char *one, *many;
	} kinds[] = {
		{damage->lost, "event found no room (CLONESHIM_TRACE_SIZE)",
		 "events found no room (CLONESHIM_TRACE_SIZE)"},
		{damage->unfinished, "slot was reserved and not written", "slots were reserved and not written"},
		{damage->damaged, "record is damaged", "records are damaged"},
		{damage->missing, "slot is cut off", "slots are cut off"},
		{damage->header, "contradiction in the header", ""},
	};
	const char *gap = "Not all was recorded: ";

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (kinds[i].count == 0)
			continue;
		printf("%s", gap);
		print_count(kinds[i].count, kinds[i].one, kinds[i].many);
		gap = ", ";
	}
	if (gap[0] == ',')
		printf("; the numbers below are of what is there\n");
}

/* As strace -c counts them. */
static void
print_syscalls(const struct summary *summary)
{
	if (summary->syscall_count == 0)
		return;
	printf("\nSystem calls:");
	for (size_t i = 0; i < summary->syscall_count; i++) {
		const struct summary_syscall *syscall = &summary->syscalls[i];
		const char *name = names_creation_syscall(syscall->nr);

		printf("%s ", i > 0 ? "," : "");
		if (name != NULL)
			printf("%s", name);
		else
			printf("number %u", syscall->nr);
		printf(" %" PRIu64, syscall->count);
		if (syscall->errors.count > 0) {
			printf(" (");
			print_error_counts(stdout, &syscall->errors);
			printf(")");
		}
		if (syscall->injected > 0)
			printf(" and %" PRIu64 " injected", syscall->injected);
	}
	printf("\n");
}

static bool
is_approximate(const struct summary *summary)
{
	for (size_t i = 0; i < summary->row_count; i++)
		if (!durations_are_exact(&summary->rows[i]->figures.in_call) ||
		    !durations_are_exact(&summary->rows[i]->figures.in_kernel))
			return true;
	return false;
}

static bool
print_table(struct summary *summary)
{
	size_t skipped = summary->by == SUMMARY_BY_CALLER ? 0 : 1, left_out;
	struct table *table = table_new(columns + skipped, COLUMNS - skipped);
	bool is_whole = table != NULL;

	for (size_t i = 0; is_whole && i < summary->row_count; i++)
		is_whole = add_row(table, summary, summary->rows[i], i + 1);
	is_whole = is_whole && add_total(table, summary);
	if (is_whole) {
		left_out = table_print(table, stdout, table_terminal_width(stdout));
		if (left_out > 0)
			printf("(%zu columns do not fit into this terminal)\n", left_out);
	}
	table_free(table);
	return is_whole;
}

static void
print_paths(const struct summary *summary)
{
	size_t width = paragraph_width();
	char number[32];

	if (summary->by != SUMMARY_BY_PATH || summary->row_count == 0)
		return;
	printf("\nPaths:\n");
	for (size_t i = 0; i < summary->row_count; i++) {
		int length = snprintf(number, sizeof(number), "[%zu] ", i + 1);

		fputs(number, stdout);
		paragraph_print(summary->rows[i]->signature, (size_t)length, (size_t)length, width);
	}
	if (summary->has_creation_paths)
		printf("%s the system calls that create tasks were recorded; CLONESHIM_PATH=full records all of "
		       "them.\n",
		       summary->has_full_paths ? "Of some programs only" : "Only");
}

bool
summary_print_text(struct summary *summary)
{
	print_programs(summary);
	print_span(summary);
	print_damage(&summary->damage);
	printf("\n");
	if (summary->row_count == 0)
		printf("No calls and no system calls in the trace.\n");
	else if (!print_table(summary))
		return false;
	print_paths(summary);
	print_syscalls(summary);
	if (is_approximate(summary))
		printf("Medians and p99 of more than %d are right to 1 %%.\n", DURATIONS_EXACT);
	return fflush(stdout) == 0 && !ferror(stdout);
}
