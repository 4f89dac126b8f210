/* compare_row.h: a row of a comparison, cell by cell. */
#ifndef CLI_COMPARE_ROW_H
#define CLI_COMPARE_ROW_H

#include "cli/compare.h"

#define COMPARE_NOT_OBSERVED "not observed"
#define COMPARE_UNKNOWN "?"
#define COMPARE_NONE "–"

/* A new row at the end; NULL: out of memory. */
struct compare_row *compare_row_add(struct compare_section *section, enum compare_group group, const char *name,
				    const char *meaning);

/* What a cell says. A text that cannot be kept for want of memory is found by compare_row_finish(). */
void compare_cell_set(struct compare_cell *cell, bool is_known, const char *text);
void compare_cell_print(struct compare_cell *cell, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Decides whether the cells differ. False: one of them could not be filled in. */
bool compare_row_finish(struct compare_section *section, struct compare_row *row);

/* A whole row, whose cells are written by `fill`. False: out of memory. */
bool compare_row_fill(struct compare_section *section, enum compare_group group, const char *name, const char *meaning,
		      bool is_compared, void (*fill)(struct compare_cell *cell, struct compare_column *column));

/* Whether it is known which system calls the call made. */
bool compare_path_is_known(const struct compare_column *column);

/* The rows of each group, in the file of its subject. False: out of memory. */
bool compare_add_calls(struct compare_section *section);
bool compare_add_path(struct compare_section *section);
bool compare_add_flags(struct compare_section *section);
bool compare_add_task(struct compare_section *section);
bool compare_add_times(struct compare_section *section);
bool compare_add_failures(struct compare_section *section);

#endif
