/* compare_row.c: see compare_row.h. */
#include "cli/compare_row.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct compare_row *
compare_row_add(struct compare_section *section, enum compare_group group, const char *name, const char *meaning)
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

void
compare_cell_set(struct compare_cell *cell, bool is_known, const char *text)
{
	*cell = (struct compare_cell){strdup(text), is_known};
}

void
compare_cell_print(struct compare_cell *cell, const char *format, ...)
{
	va_list arguments;

	cell->is_known = true;
	va_start(arguments, format);
	if (vasprintf(&cell->text, format, arguments) < 0)
		cell->text = NULL;
	va_end(arguments);
}

bool
compare_row_finish(struct compare_section *section, struct compare_row *row)
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

bool
compare_row_fill(struct compare_section *section, enum compare_group group, const char *name, const char *meaning,
		 bool is_compared, void (*fill)(struct compare_cell *cell, struct compare_column *column))
{
	struct compare_row *row = compare_row_add(section, group, name, meaning);

	if (row == NULL)
		return false;
	row->is_compared = is_compared;
	for (size_t c = 0; c < section->count; c++)
		fill(&row->cells[c], &section->columns[c]);
	return compare_row_finish(section, row);
}

bool
compare_path_is_known(const struct compare_column *column)
{
	return !column->row->path.not_observed && !column->row->path.not_recorded;
}
