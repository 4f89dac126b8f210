/* compare_rows.c: what is told of calls side by side, row by row; see compare.h. */
#include <inttypes.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "cli/compare.h"
#include "decode/names.h"

#define NOT_OBSERVED "not observed"
#define UNKNOWN "?"
#define NONE "–"

/* A new row at the end; NULL: out of memory. */
static struct compare_row *
add_row(struct compare_section *section, enum compare_group group, const char *name, const char *meaning)
{
	struct compare_row *row;

	if (section->row_count == section->row_room) {
		size_t room = section->row_room != 0 ? section->row_room * 2 : 32;
		struct compare_row *larger = reallocarray(section->rows, room, sizeof(*larger));

		if (larger == NULL)
			return NULL;
		section->rows = larger;
		section->row_room = room;
	}
	row = &section->rows[section->row_count];
	*row = (struct compare_row){.group = group, .name = strdup(name), .meaning = meaning, .is_compared = true};
	if (row->name == NULL)
		return NULL;
	section->row_count++;
	return row;
}

static void
set(struct compare_cell *cell, bool is_known, const char *text)
{
	*cell = (struct compare_cell){strdup(text), is_known};
}

static void __attribute__((format(printf, 2, 3))) set_known(struct compare_cell *cell, const char *format, ...)
{
	va_list arguments;

	cell->is_known = true;
	va_start(arguments, format);
	if (vasprintf(&cell->text, format, arguments) < 0)
		cell->text = NULL;
	va_end(arguments);
}

/* Decides whether the cells differ. False: one of them could not be filled in. */
static bool
finish(struct compare_section *section, struct compare_row *row)
{
	const char *first = NULL;

	row->is_equal = true;
	for (size_t c = 0; c < section->count; c++) {
		const struct compare_cell *cell = &row->cells[c];

		if (cell->text == NULL)
			return false;
		if (!cell->is_known) {
			row->is_equal = false;
			continue;
		}
		if (first == NULL)
			first = cell->text;
		else if (strcmp(first, cell->text) != 0)
			row->differs = row->is_compared;
	}
	row->is_equal = row->is_compared && row->is_equal && !row->differs;
	section->differs |= row->differs;
	return true;
}

/* A row whose cells are written by `fill`. */
static bool
add_filled(struct compare_section *section, enum compare_group group, const char *name, const char *meaning,
	   bool is_compared, void (*fill)(struct compare_cell *cell, struct compare_column *column))
{
	struct compare_row *row = add_row(section, group, name, meaning);

	if (row == NULL)
		return false;
	row->is_compared = is_compared;
	for (size_t c = 0; c < section->count; c++)
		fill(&row->cells[c], &section->columns[c]);
	return finish(section, row);
}

static void
fill_calls(struct compare_cell *cell, struct compare_column *column)
{
	set_known(cell, "%" PRIu64, column->calls);
}

static void
fill_others(struct compare_cell *cell, struct compare_column *column)
{
	if (column->other_paths == 0)
		set(cell, true, "none");
	else
		set_known(cell, "%" PRIu64 " %s in %" PRIu64, column->other_calls,
			  column->other_calls == 1 ? "call" : "calls", column->other_paths);
}

static bool
add_calls(struct compare_section *section)
{
	return add_filled(section, COMPARE_CALLS, "calls", "", false, fill_calls) &&
	       add_filled(section, COMPARE_CALLS, "other paths", "that calls took", false, fill_others);
}

/* Whether the system calls that create nothing were recorded as well. */
static bool
has_full_path(const struct compare_column *column)
{
	return column->trace->summary->has_full_paths && !column->trace->summary->has_creation_paths;
}

static bool
is_path_known(const struct compare_column *column)
{
	return !column->row->path.not_observed && !column->row->path.not_recorded;
}

static bool
collect_steps(struct compare_steps *steps, const struct compare_column *column, size_t index)
{
	char label[PATH_LABEL_MAX];
	struct out out;

	for (size_t i = 0; i < column->row->element_count && steps->count < COMPARE_STEPS_MAX; i++) {
		const struct path_element *element = &column->row->elements[i];

		out_init(&out, label, sizeof(label) - 1);
		path_element_out_label(&out, element);
		label[out.length] = '\0';
		if (!compare_steps_add(steps, label, element->is_creation, index))
			return false;
	}
	return true;
}

/* A column without this step, where only creations were recorded, does not say that there was none. */
static void
fill_step(struct compare_cell *cell, const struct compare_step *step, const struct compare_column *column, size_t index)
{
	if (step->times[index] > 1)
		set_known(cell, "×%u", step->times[index]);
	else if (step->times[index] == 1)
		set(cell, true, "yes");
	else if (!is_path_known(column) || (!step->is_creation && !has_full_path(column)))
		set(cell, false, UNKNOWN);
	else
		set(cell, true, NONE);
}

static bool
add_step(struct compare_section *section, const struct compare_step *step)
{
	struct compare_row *row = add_row(section, COMPARE_PATH, step->label, "");

	if (row == NULL)
		return false;
	for (size_t c = 0; c < section->count; c++)
		fill_step(&row->cells[c], step, &section->columns[c], c);
	return finish(section, row);
}

static bool
align(struct compare_section *section, struct compare_steps *steps)
{
	for (size_t c = 0; c < section->count; c++) {
		struct compare_steps added = {0};

		if (!collect_steps(&added, &section->columns[c], c)) {
			compare_steps_clear(&added);
			return false;
		}
		if (!compare_steps_join(steps, &added, c))
			return false;
	}
	return true;
}

/* libc's own calls, as glibc 2.31's clone() in pthread_create. */
static void
fill_inside(struct compare_cell *cell, struct compare_column *column)
{
	char text[256];
	size_t length = 0;
	enum libc_call last = LIBC_CALL_COUNT;

	for (size_t i = 0; i < column->row->element_count && length < sizeof(text); i++) {
		enum libc_call within = column->row->elements[i].within;

		if (within != LIBC_CALL_COUNT && within != last)
			length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s()",
						   length > 0 ? ", " : "", libc_call_info(within)->name);
		last = within;
	}
	if (length > 0)
		set(cell, true, text);
	else
		set(cell, is_path_known(column), is_path_known(column) ? "none" : UNKNOWN);
}

static bool
has_calls_inside(const struct compare_section *section)
{
	for (size_t c = 0; c < section->count; c++)
		for (size_t i = 0; i < section->columns[c].row->element_count; i++)
			if (section->columns[c].row->elements[i].within != LIBC_CALL_COUNT)
				return true;
	return false;
}

static bool
add_path(struct compare_section *section)
{
	struct compare_steps steps = {0};
	bool is_added = align(section, &steps);

	for (size_t i = 0; is_added && i < steps.count; i++)
		is_added = add_step(section, &steps.each[i]);
	compare_steps_clear(&steps);
	if (is_added && has_calls_inside(section))
		is_added = add_filled(section, COMPARE_PATH, "by another call",
				      "made by a call of libc's inside this one", true, fill_inside);
	return is_added;
}

/* How well an element is suited to tell what the call asked for: that it made the task, and that it is no other call's, inside. */
static int
rank_of(const struct path_element *element)
{
	if (!element->is_creation)
		return 0;
	return 1 + (element->within == LIBC_CALL_COUNT) + 2 * path_element_made_task(element);
}

/* The system call that made the task; where none did, the first that was asked in vain. NULL: there is none. */
static const struct path_element *
creation_of(const struct compare_column *column)
{
	const struct path_element *found = NULL;
	int rank = 0;

	for (size_t i = 0; i < column->row->element_count; i++) {
		const struct path_element *element = &column->row->elements[i];

		if (rank_of(element) > rank) {
			found = element;
			rank = rank_of(element);
		}
	}
	return found;
}

/* False: `cell` says why nothing can be said of the request. */
static bool
request_of(struct compare_cell *cell, const struct compare_column *column, const struct path_element **element)
{
	*element = creation_of(column);
	if (*element != NULL && (*element)->request_known)
		return true;
	if (*element == NULL && is_path_known(column))
		set(cell, true, NONE);
	else
		set(cell, false, UNKNOWN);
	return false;
}

/* fork and vfork take no flags: what they do is what these flags would. */
static void
fill_flag(struct compare_cell *cell, const struct compare_column *column, uint64_t flag)
{
	const struct path_element *element;

	if (!request_of(cell, column, &element))
		return;
	if ((element->request.flags & flag) == 0)
		set(cell, true, NONE);
	else
		set(cell, true, element->nr == SYS_vfork || element->nr == SYS_fork ? "implied" : "yes");
}

static uint64_t
flags_of(const struct compare_column *column)
{
	const struct path_element *element = creation_of(column);

	return element != NULL && element->request_known ? element->request.flags : 0;
}

static bool
add_flag(struct compare_section *section, uint64_t value, const char *name, const char *meaning)
{
	struct compare_row *row = add_row(section, COMPARE_FLAGS, name, meaning);

	if (row == NULL)
		return false;
	for (size_t c = 0; c < section->count; c++)
		fill_flag(&row->cells[c], &section->columns[c], value);
	return finish(section, row);
}

static bool
add_flags(struct compare_section *section)
{
	uint64_t present = 0;
	char name[32];

	for (size_t c = 0; c < section->count; c++)
		present |= flags_of(&section->columns[c]);
	for (const struct clone_flag *flag = clone_flags; flag->value != 0; flag++) {
		if ((present & flag->value) == 0)
			continue;
		if (!add_flag(section, flag->value, flag->name, flag->meaning))
			return false;
		present &= ~flag->value;
	}
	for (unsigned bit = 0; bit < 64; bit++) {
		if ((present >> bit & 1) == 0)
			continue;
		snprintf(name, sizeof(name), "0x%" PRIx64, UINT64_C(1) << bit);
		if (!add_flag(section, UINT64_C(1) << bit, name, "a flag that is not known"))
			return false;
	}
	return true;
}

static void
fill_exit_signal(struct compare_cell *cell, struct compare_column *column)
{
	const struct path_element *element;
	char text[32];
	struct out out;

	if (!request_of(cell, column, &element))
		return;
	out_init(&out, text, sizeof(text));
	names_out_signal(&out, element->request.exit_signal);
	text[out.length] = '\0';
	set(cell, true, element->request.exit_signal != 0 ? text : "none");
}

static void
fill_stack(struct compare_cell *cell, struct compare_column *column)
{
	enum stack_origin origin = column->row->origin;

	if (origin == STACK_NOT_OBSERVED && creation_of(column) == NULL && is_path_known(column))
		set(cell, true, NONE);
	else
		set(cell, origin != STACK_NOT_OBSERVED, path_stack_origin(origin));
}

static void
set_range(struct compare_cell *cell, const struct summary_range *range)
{
	char text[96];
	struct out out;

	out_init(&out, text, sizeof(text));
	out_size(&out, range->least);
	if (range->most > range->least) {
		out_string(&out, " to ");
		out_size(&out, range->most);
	}
	text[out.length] = '\0';
	set(cell, true, text);
}

/* Of the caller's stack, or a copy of it, nobody asks how large it is. */
static void
fill_range(struct compare_cell *cell, const struct compare_column *column, const struct summary_range *range)
{
	enum stack_origin origin = column->row->origin;

	if (range->count > 0)
		set_range(cell, range);
	else if (origin == STACK_LIBC || origin == STACK_USER || !is_path_known(column))
		set(cell, false, NOT_OBSERVED);
	else
		set(cell, true, NONE);
}

static void
fill_stack_size(struct compare_cell *cell, struct compare_column *column)
{
	fill_range(cell, column, &column->row->figures.stack_size);
}

static void
fill_stack_guard(struct compare_cell *cell, struct compare_column *column)
{
	fill_range(cell, column, &column->row->figures.stack_guard);
}

/* clone(2), CLONE_SETTLS: without it the register is copied, and leads to the caller's memory or to a copy of that. */
static void
fill_tls(struct compare_cell *cell, struct compare_column *column)
{
	const struct path_element *element;

	if (!request_of(cell, column, &element))
		return;
	if ((element->request.flags & CLONE_SETTLS) != 0)
		set(cell, true, "its own");
	else
		set(cell, true,
		    (element->request.flags & CLONE_VM) != 0 ? "the caller's own" : "a copy of the caller's");
}

static bool
add_task(struct compare_section *section)
{
	return add_filled(section, COMPARE_TASK, "exit signal", "sent to the parent when the task ends", true,
			  fill_exit_signal) &&
	       add_filled(section, COMPARE_TASK, "stack", "whose it is", true, fill_stack) &&
	       add_filled(section, COMPARE_TASK, "stack size", "guard included", true, fill_stack_size) &&
	       add_filled(section, COMPARE_TASK, "guard", "of it, not accessible", true, fill_stack_guard) &&
	       add_filled(section, COMPARE_TASK, "TLS", "thread-local storage", true, fill_tls);
}

static void
fill_median(struct compare_cell *cell, struct durations *durations)
{
	char text[32];
	struct out out;

	if (durations->count == 0) {
		set(cell, false, NOT_OBSERVED);
		return;
	}
	out_init(&out, text, sizeof(text));
	out_duration(&out, durations_percentile(durations, 50));
	text[out.length] = '\0';
	set(cell, true, text);
}

static void
fill_time_in_call(struct compare_cell *cell, struct compare_column *column)
{
	if (column->row->figures.calls == 0)
		set(cell, true, NONE); /* a system call from outside any */
	else
		fill_median(cell, &column->row->figures.in_call);
}

static void
fill_time_in_kernel(struct compare_cell *cell, struct compare_column *column)
{
	if (column->row->figures.syscalls == 0 && is_path_known(column))
		set(cell, true, NONE);
	else
		fill_median(cell, &column->row->figures.in_kernel);
}

static bool
add_times(struct compare_section *section)
{
	return add_filled(section, COMPARE_TIMES, "in the call", "median", false, fill_time_in_call) &&
	       add_filled(section, COMPARE_TIMES, "in the kernel", "median of a creation's system call", false,
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
	set(cell, true, length > 0 ? text : "none");
}

static void
fill_call_errors(struct compare_cell *cell, struct compare_column *column)
{
	fill_errors(cell, &column->call_errors);
}

static void
fill_syscall_errors(struct compare_cell *cell, struct compare_column *column)
{
	if (!is_path_known(column) && column->syscall_errors.count == 0)
		set(cell, false, UNKNOWN);
	else
		fill_errors(cell, &column->syscall_errors);
}

static bool
add_failures(struct compare_section *section)
{
	return add_filled(section, COMPARE_FAILURES, "of calls", "whichever path they took", true, fill_call_errors) &&
	       add_filled(section, COMPARE_FAILURES, "of system calls", "those that create tasks", true,
			  fill_syscall_errors);
}

bool
compare_make_rows(struct compare_section *section)
{
	return add_calls(section) && add_path(section) && add_flags(section) && add_task(section) &&
	       add_times(section) && add_failures(section);
}
