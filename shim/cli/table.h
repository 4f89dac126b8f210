/*
 * table.h: a table of text for the terminal: columns as wide as what stands in them, and no wider than there is room for.
 *
 * Where the room is not enough, the columns that matter least are left out, whole, and said; at last the first one is cut.
 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct table_column {
	const char *title;
	bool is_right;      /* numbers: aligned at their right end */
	unsigned drop_rank; /* 0: stays; else those with the highest number are left out first */
};

struct table;

/* `columns` is borrowed. NULL: out of memory. */
struct table *table_new(const struct table_column *columns, size_t count);
void table_free(struct table *table);

/* Adds a row: a copy of `count` cells. Marks: a line is drawn above it. False: out of memory. */
bool table_add(struct table *table, const char *const *cells, bool is_total);

/* Prints it, at most `width` columns wide; 0: as wide as it gets. Returns how many columns were left out. */
size_t table_print(const struct table *table, FILE *to, size_t width);

/* The columns that UTF-8 text takes on a terminal, as far as the characters that this command prints are concerned. */
size_t table_text_width(const char *text);

/* Columns of the terminal that `to` is; 0: it is none, or does not say. */
size_t table_terminal_width(FILE *to);

#endif
