/* compare_rows_path.c: the rows of a path: the system calls of the columns, step by step, those in common in one row. */
#include <stdio.h>

#include "cli/compare_row.h"

/* Whether the system calls that create nothing were recorded as well. */
static bool
has_full_path(const struct compare_column *column)
{
	return column->trace->summary->has_full_paths && !column->trace->summary->has_creation_paths;
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
		compare_cell_print(cell, "×%u", step->times[index]);
	else if (step->times[index] == 1)
		compare_cell_set(cell, true, "yes");
	else if (!compare_path_is_known(column) || (!step->is_creation && !has_full_path(column)))
		compare_cell_set(cell, false, COMPARE_UNKNOWN);
	else
		compare_cell_set(cell, true, COMPARE_NONE);
}

static bool
add_step(struct compare_section *section, const struct compare_step *step)
{
	struct compare_row *row = compare_row_add(section, COMPARE_PATH, step->label, "");

	if (row == NULL)
		return false;
	for (size_t c = 0; c < section->count; c++)
		fill_step(&row->cells[c], step, &section->columns[c], c);
	return compare_row_finish(section, row);
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
		compare_cell_set(cell, true, text);
	else
		compare_cell_set(cell, compare_path_is_known(column),
				 compare_path_is_known(column) ? "none" : COMPARE_UNKNOWN);
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

bool
compare_add_path(struct compare_section *section)
{
	struct compare_steps steps = {0};
	bool is_added = align(section, &steps);

	for (size_t i = 0; is_added && i < steps.count; i++)
		is_added = add_step(section, &steps.each[i]);
	compare_steps_clear(&steps);
	if (is_added && has_calls_inside(section))
		is_added = compare_row_fill(section, COMPARE_PATH, "by another call",
					    "made by a call of libc's inside this one", true, fill_inside);
	return is_added;
}
