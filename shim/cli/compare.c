/* compare.c: see compare.h. Reads the traces, and finds which of their calls belong side by side. */
#include "cli/compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/summary_figures.h"
#include "decode/names.h"

const char *const compare_group_names[COMPARE_GROUP_COUNT] = {
	[COMPARE_CALLS] = "calls", [COMPARE_PATH] = "system calls, in order",
	[COMPARE_FLAGS] = "flags", [COMPARE_TASK] = "the new task",
	[COMPARE_TIMES] = "times", [COMPARE_FAILURES] = "failures",
};

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

/* "one_call, glibc 2.31". */
static void
make_label(struct compare_trace *trace, const char *label)
{
	const struct summary *summary = trace->summary;
	const char *program = summary->program_count > 0 ? base_name(summary->programs[0].exe) : base_name(trace->path);

	if (label != NULL)
		snprintf(trace->label, sizeof(trace->label), "%s", label);
	else
		snprintf(trace->label, sizeof(trace->label), "%s, %s%s", program,
			 summary->libc != NULL ? summary->libc : "libc not known",
			 summary->has_libcs ? " and others" : "");
	for (char *c = trace->label; *c != '\0'; c++) /* a program may be called anything */
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
}

/* Two columns of the same name are told apart by their number. */
static void
number_label(struct comparison *comparison, struct compare_trace *trace)
{
	size_t same = 1, length = strlen(trace->label);

	for (const struct compare_trace *other = comparison->traces; other < trace; other++)
		same += strncmp(other->label, trace->label, length) == 0 &&
			(other->label[length] == '\0' || strncmp(other->label + length, " (", 2) == 0);
	if (same > 1)
		snprintf(trace->label + length, sizeof(trace->label) - length, " (%zu)", same);
}

bool
compare_add_trace(struct comparison *comparison, const char *path, const char *label, char *why, size_t size)
{
	struct compare_trace *trace = &comparison->traces[comparison->trace_count];

	trace->path = path;
	trace->events = trace_events_open(path, why, size);
	if (trace->events == NULL)
		return false;
	comparison->trace_count++;
	trace->summary = summary_read(trace->events, SUMMARY_BY_PATH, NULL, NULL);
	if (trace->summary == NULL) {
		snprintf(why, size, "out of memory");
		return false;
	}
	summary_sort(trace->summary, SUMMARY_ORDER_COUNT);
	make_label(trace, label);
	number_label(comparison, trace);
	return true;
}

static uint64_t
count_of(const struct summary_figures *figures)
{
	return figures->calls != 0 ? figures->calls : figures->syscalls + figures->injected;
}

static void
print_syscall(FILE *to, uint32_t nr)
{
	const char *name = names_syscall(nr);

	if (name != NULL)
		fprintf(to, " %s", name);
	else
		fprintf(to, " syscall %u", nr);
}

/* "pthread_create", "(raw) clone3"; to be freed. NULL: out of memory. */
static char *
call_of(const struct summary_row *row)
{
	char *name = NULL;
	size_t size;
	FILE *to = open_memstream(&name, &size);

	if (to == NULL)
		return NULL;
	summary_row_print_name(to, row);
	if (row->kind != SUMMARY_CALL && row->element_count > 0)
		print_syscall(to, row->elements[0].nr);
	return fclose(to) == 0 ? name : NULL;
}

static bool
is_chosen(const struct summary_row *row, const char *call, const struct compare_choice *choice)
{
	enum creation_kind kind;

	if (choice->api != NULL)
		return strcmp(call, choice->api) == 0;
	if (row->kind != SUMMARY_CALL)
		return true;
	kind = libc_call_info(row->call)->creation;
	return kind != NEVER_CREATES && kind != REPLACES;
}

/* The columns of all calls of all traces, before it is known which of them stand side by side. */
struct columns {
	struct compare_column *each;
	size_t count, room;
	bool is_out_of_memory;
};

static struct compare_column *
find(const struct columns *columns, const struct compare_trace *trace, const char *call)
{
	for (size_t i = 0; i < columns->count; i++)
		if (columns->each[i].trace == trace && strcmp(columns->each[i].call, call) == 0)
			return &columns->each[i];
	return NULL;
}

/* Takes over `call`. */
static struct compare_column *
add(struct columns *columns, const struct compare_trace *trace, char *call)
{
	if (columns->count == columns->room) {
		size_t room = columns->room != 0 ? columns->room * 2 : 16;
		struct compare_column *larger = reallocarray(columns->each, room, sizeof(*larger));

		if (larger == NULL) {
			free(call);
			columns->is_out_of_memory = true;
			return NULL;
		}
		columns->each = larger;
		columns->room = room;
	}
	columns->each[columns->count] = (struct compare_column){.trace = trace, .call = call};
	return &columns->each[columns->count++];
}

static void
add_count(struct summary_errors *errors, const char *name, uint64_t more)
{
	uint32_t i = 0;

	while (i + 1 < errors->count && strcmp(errors->each[i].name, name) != 0)
		i++;
	errors->each[i].count += more;
	errors->all += more;
}

static void
add_errors(struct summary_errors *all, const struct summary_errors *errors)
{
	for (uint32_t i = 0; i < errors->count; i++) {
		summary_errors_add(all, errors->each[i].name);
		add_count(all, errors->each[i].name, errors->each[i].count - 1);
	}
}

/* Rows come with the most frequent one first. */
static void
take_row(struct columns *columns, const struct compare_trace *trace, struct summary_row *row,
	 const struct compare_choice *choice)
{
	char *call = call_of(row);
	struct compare_column *column;

	if (call == NULL) {
		columns->is_out_of_memory = true;
		return;
	}
	if (!is_chosen(row, call, choice)) {
		free(call);
		return;
	}
	column = find(columns, trace, call);
	if (column != NULL)
		free(call);
	else
		column = add(columns, trace, call);
	if (column == NULL)
		return;
	if (column->row == NULL) {
		column->row = row;
	} else {
		column->other_paths++;
		column->other_calls += count_of(&row->figures);
	}
	column->calls += count_of(&row->figures);
	add_errors(&column->call_errors, &row->figures.call_errors);
	add_errors(&column->syscall_errors, &row->figures.syscall_errors);
}

static struct compare_section *
add_section(struct comparison *comparison)
{
	struct compare_section *larger =
		reallocarray(comparison->sections, comparison->section_count + 1, sizeof(*larger));

	if (larger == NULL)
		return NULL;
	comparison->sections = larger;
	larger += comparison->section_count++;
	*larger = (struct compare_section){0};
	return larger;
}

/* The column is the section's from here on. */
static void
move_column(struct compare_section *section, struct compare_column *column)
{
	section->columns[section->count++] = *column;
	section->calls += column->calls;
	column->call = NULL;
}

static bool
is_free(const struct compare_column *column, const struct compare_trace *trace)
{
	return column->call != NULL && column->trace == trace;
}

/* The same call in all traces that have it. */
static bool
put_by_call(struct comparison *comparison, struct columns *columns)
{
	for (size_t i = 0; i < columns->count; i++) {
		const char *call = columns->each[i].call;
		struct compare_section *section;

		if (call == NULL)
			continue;
		section = add_section(comparison);
		if (section == NULL)
			return false;
		move_column(section, &columns->each[i]);
		for (size_t j = i + 1; j < columns->count; j++)
			if (columns->each[j].call != NULL && strcmp(columns->each[j].call, call) == 0)
				move_column(section, &columns->each[j]);
	}
	return true;
}

/* The most frequent call of each trace, or with --by api those of the one trace. Columns come in the traces' order, each trace's most
   frequent first. */
static bool
put_most_frequent(struct comparison *comparison, struct columns *columns, size_t of_each)
{
	struct compare_section *section = add_section(comparison);

	if (section == NULL)
		return false;
	for (size_t t = 0; t < comparison->trace_count; t++) {
		size_t taken = 0;

		for (size_t i = 0; i < columns->count && taken < of_each && section->count < COMPARE_COLUMNS_MAX; i++)
			if (is_free(&columns->each[i], &comparison->traces[t])) {
				move_column(section, &columns->each[i]);
				taken++;
			}
	}
	return true;
}

static bool
is_common(const struct columns *columns, const struct compare_column *column)
{
	for (size_t i = 0; i < columns->count; i++)
		if (columns->each[i].trace != column->trace && strcmp(columns->each[i].call, column->call) == 0)
			return true;
	return false;
}

static bool
have_a_call_in_common(const struct columns *columns)
{
	for (size_t i = 0; i < columns->count; i++)
		if (is_common(columns, &columns->each[i]))
			return true;
	return false;
}

static int
compare_sections(const void *left, const void *right)
{
	const struct compare_section *l = left, *r = right;

	if ((l->count > 1) != (r->count > 1))
		return l->count > 1 ? -1 : 1;
	if (l->calls != r->calls)
		return l->calls > r->calls ? -1 : 1;
	return strcmp(l->columns[0].call, r->columns[0].call);
}

/* What became no system call comes behind what did. */
static int
compare_columns(const void *left, const void *right)
{
	const struct compare_column *l = left, *r = right;

	if (l->trace != r->trace)
		return l->trace < r->trace ? -1 : 1;
	if ((l->row->element_count > 0) != (r->row->element_count > 0))
		return l->row->element_count > 0 ? -1 : 1;
	if (l->calls != r->calls)
		return l->calls > r->calls ? -1 : 1;
	return strcmp(l->call, r->call);
}

static bool
put_side_by_side(struct comparison *comparison, struct columns *columns, const struct compare_choice *choice)
{
	if (columns->count == 0)
		return true;
	qsort(columns->each, columns->count, sizeof(*columns->each), compare_columns);
	if (choice->by_api && !put_most_frequent(comparison, columns, COMPARE_COLUMNS_MAX))
		return false;
	if (!choice->by_api && !have_a_call_in_common(columns) && !put_most_frequent(comparison, columns, 1))
		return false;
	if (!put_by_call(comparison, columns))
		return false;
	qsort(comparison->sections, comparison->section_count, sizeof(*comparison->sections), compare_sections);
	return true;
}

bool
compare_make(struct comparison *comparison, const struct compare_choice *choice)
{
	struct columns columns = {0};
	bool is_made;

	for (size_t t = 0; t < comparison->trace_count; t++) {
		const struct compare_trace *trace = &comparison->traces[t];

		for (size_t i = 0; i < trace->summary->row_count; i++)
			take_row(&columns, trace, trace->summary->rows[i], choice);
	}
	is_made = !columns.is_out_of_memory && put_side_by_side(comparison, &columns, choice);
	for (size_t i = 0; is_made && i < comparison->section_count; i++)
		is_made = compare_make_rows(&comparison->sections[i]);
	for (size_t i = 0; i < columns.count; i++)
		free(columns.each[i].call);
	free(columns.each);
	return is_made;
}

static bool
is_one_call(const struct compare_section *section)
{
	for (size_t i = 1; i < section->count; i++)
		if (strcmp(section->columns[i].call, section->columns[0].call) != 0)
			return false;
	return true;
}

void
compare_section_title(const struct compare_section *section, char *text, size_t size)
{
	size_t count = is_one_call(section) ? 1 : section->count, length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < count && length < size; i++)
		length += (size_t)snprintf(text + length, size - length, "%s%s", i > 0 ? ", " : "",
					   section->columns[i].call);
}

void
compare_column_title(const struct comparison *comparison, const struct compare_section *section, size_t column,
		     char *text, size_t size)
{
	const struct compare_column *shown = &section->columns[column];

	if (comparison->trace_count == 1)
		snprintf(text, size, "%s", shown->call);
	else if (is_one_call(section))
		snprintf(text, size, "%s", shown->trace->label);
	else
		snprintf(text, size, "%s: %s", shown->trace->label, shown->call);
}

static void
free_section(struct compare_section *section)
{
	for (size_t r = 0; r < section->row_count; r++) {
		for (size_t c = 0; c < section->count; c++)
			free(section->rows[r].cells[c].text);
		free(section->rows[r].name);
	}
	for (size_t c = 0; c < section->count; c++)
		free(section->columns[c].call);
	free(section->rows);
}

void
compare_free(struct comparison *comparison)
{
	for (size_t i = 0; i < comparison->section_count; i++)
		free_section(&comparison->sections[i]);
	free(comparison->sections);
	for (size_t i = 0; i < comparison->trace_count; i++) {
		summary_free(comparison->traces[i].summary);
		trace_events_close(comparison->traces[i].events);
	}
	*comparison = (struct comparison){0};
}
