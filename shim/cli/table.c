/* table.c: see table.h. */
#include "cli/table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define GAP 2 /* spaces between columns */
#define FIRST_LEAST 16

struct row {
	char **cells;
	bool is_total;
};

struct table {
	const struct table_column *columns;
	size_t count;
	struct row *rows;
	size_t row_count, row_room;
};

/* What is decided for one printing. */
struct layout {
	size_t *widths;
	bool *is_left_out;
};

struct table *
table_new(const struct table_column *columns, size_t count)
{
	struct table *table = calloc(1, sizeof(*table));

	if (table != NULL)
		*table = (struct table){.columns = columns, .count = count};
	return table;
}

static void
free_cells(char **cells, size_t count)
{
	for (size_t i = 0; cells != NULL && i < count; i++)
		free(cells[i]);
	free(cells);
}

void
table_free(struct table *table)
{
	if (table == NULL)
		return;
	for (size_t i = 0; i < table->row_count; i++)
		free_cells(table->rows[i].cells, table->count);
	free(table->rows);
	free(table);
}

static char **
copy_cells(const struct table *table, const char *const *cells)
{
	char **copy = calloc(table->count, sizeof(*copy));

	for (size_t i = 0; copy != NULL && i < table->count; i++) {
		copy[i] = strdup(cells[i]);
		if (copy[i] == NULL) {
			free_cells(copy, i);
			return NULL;
		}
	}
	return copy;
}

bool
table_add(struct table *table, const char *const *cells, bool is_total)
{
	char **copy;

	if (table->row_count == table->row_room) {
		size_t room = table->row_room != 0 ? table->row_room * 2 : 16;
		struct row *larger = reallocarray(table->rows, room, sizeof(*larger));

		if (larger == NULL)
			return false;
		table->rows = larger;
		table->row_room = room;
	}
	copy = copy_cells(table, cells);
	if (copy == NULL)
		return false;
	table->rows[table->row_count++] = (struct row){copy, is_total};
	return true;
}

/* Bytes that do not continue a character. */
size_t
table_text_width(const char *text)
{
	size_t width = 0;

	for (; *text != '\0'; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

size_t
table_terminal_width(FILE *to)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;

	if (!isatty(fileno(to)))
		return 0;
	if (columns != NULL && atoi(columns) > 0)
		return (size_t)atoi(columns);
	return ioctl(fileno(to), TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static void
measure(const struct table *table, struct layout *layout)
{
	for (size_t c = 0; c < table->count; c++) {
		layout->widths[c] = table_text_width(table->columns[c].title);
		for (size_t r = 0; r < table->row_count; r++) {
			size_t width = table_text_width(table->rows[r].cells[c]);

			if (width > layout->widths[c])
				layout->widths[c] = width;
		}
	}
}

static size_t
total_width(const struct table *table, const struct layout *layout)
{
	size_t width = 0;

	for (size_t c = 0; c < table->count; c++)
		if (!layout->is_left_out[c])
			width += layout->widths[c] + (width != 0 ? GAP : 0);
	return width;
}

/* Leaves out the columns of the highest rank that are still there. False: all that are left have to stay. */
static bool
leave_out_least(const struct table *table, struct layout *layout, size_t *left_out)
{
	unsigned rank = 0;

	for (size_t c = 0; c < table->count; c++)
		if (!layout->is_left_out[c] && table->columns[c].drop_rank > rank)
			rank = table->columns[c].drop_rank;
	for (size_t c = 0; rank > 0 && c < table->count; c++)
		if (!layout->is_left_out[c] && table->columns[c].drop_rank == rank) {
			layout->is_left_out[c] = true;
			(*left_out)++;
		}
	return rank > 0;
}

static size_t
fit(const struct table *table, struct layout *layout, size_t width)
{
	size_t left_out = 0, excess;

	while (total_width(table, layout) > width && leave_out_least(table, layout, &left_out))
		;
	excess = total_width(table, layout) > width ? total_width(table, layout) - width : 0;
	if (excess > 0 && layout->widths[0] > FIRST_LEAST)
		layout->widths[0] = layout->widths[0] > excess + FIRST_LEAST ? layout->widths[0] - excess : FIRST_LEAST;
	return left_out;
}

/* As many characters as `width`; what does not fit ends in "…". */
static void
print_cut(FILE *to, const char *text, size_t width)
{
	size_t left = width - 1;

	for (; *text != '\0'; text++) {
		if (((unsigned char)*text & 0xc0) != 0x80 && left-- == 0)
			break;
		fputc(*text, to);
	}
	fputs("…", to);
}

static void
print_spaces(FILE *to, size_t count)
{
	for (size_t i = 0; i < count; i++)
		fputc(' ', to);
}

/* Spaces behind the last cell of a line are not printed. */
static void
print_cell(FILE *to, const char *text, size_t width, bool is_right, bool is_last)
{
	size_t own = table_text_width(text);

	if (own > width) {
		print_cut(to, text, width);
		return;
	}
	if (is_right)
		print_spaces(to, width - own);
	fputs(text, to);
	if (!is_right && !is_last)
		print_spaces(to, width - own);
}

static void
print_line(const struct table *table, const struct layout *layout, FILE *to, char *const *cells)
{
	size_t last = 0;

	for (size_t c = 0; c < table->count; c++)
		if (!layout->is_left_out[c] && (cells == NULL || cells[c][0] != '\0'))
			last = c;
	for (size_t c = 0; c <= last; c++) {
		if (layout->is_left_out[c])
			continue;
		if (c > 0)
			print_spaces(to, GAP);
		print_cell(to, cells != NULL ? cells[c] : table->columns[c].title, layout->widths[c],
			   table->columns[c].is_right, c == last);
	}
	fputc('\n', to);
}

/* A last column of text may be long: the rule ends where its title does. */
static size_t
ruled_width(const struct table *table, const struct layout *layout)
{
	size_t width = total_width(table, layout), last = table->count - 1;

	if (layout->is_left_out[last] || table->columns[last].is_right)
		return width;
	return width - layout->widths[last] + table_text_width(table->columns[last].title);
}

static void
print_rule(FILE *to, size_t width)
{
	for (size_t i = 0; i < width; i++)
		fputs("─", to);
	fputc('\n', to);
}

size_t
table_print(const struct table *table, FILE *to, size_t width)
{
	struct layout layout = {calloc(table->count, sizeof(size_t)), calloc(table->count, sizeof(bool))};
	size_t left_out = 0, whole;

	if (layout.widths != NULL && layout.is_left_out != NULL) {
		measure(table, &layout);
		if (width > 0)
			left_out = fit(table, &layout, width);
		whole = ruled_width(table, &layout);
		print_line(table, &layout, to, NULL);
		print_rule(to, whole);
		for (size_t r = 0; r < table->row_count; r++) {
			if (table->rows[r].is_total)
				print_rule(to, whole);
			print_line(table, &layout, to, table->rows[r].cells);
		}
	}
	free(layout.widths);
	free(layout.is_left_out);
	return left_out;
}
