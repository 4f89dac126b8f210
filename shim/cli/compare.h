/*
 * compare.h: traces, or the calls in one trace, side by side: which system calls a call became, with which flags, on which stack.
 *
 * compare.c finds what belongs side by side, compare_rows.c and compare_rows_*.c say it row by row, compare_text.c and the others print
 * the rows.
 */
#ifndef CLI_COMPARE_H
#define CLI_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/compare_align.h"
#include "cli/summary.h"

#define COMPARE_LABEL_MAX 96

/* A trace that is compared. */
struct compare_trace {
	const char *path;
	char label[COMPARE_LABEL_MAX];
	struct trace_events *events;
	struct summary *summary; /* by path, the most frequent row first */
};

enum compare_group {
	COMPARE_CALLS,
	COMPARE_PATH,
	COMPARE_FLAGS,
	COMPARE_TASK,
	COMPARE_TIMES,
	COMPARE_FAILURES,
	COMPARE_GROUP_COUNT,
};

extern const char *const compare_group_names[];

struct compare_cell {
	char *text;
	bool is_known; /* false: it was not observed; `text` says so */
};

struct compare_row {
	enum compare_group group;
	char *name;
	const char *meaning; /* static storage; "": the name says it all */
	struct compare_cell cells[COMPARE_COLUMNS_MAX];
	bool is_compared; /* false: it is told only, since it is another one each time: times and counts */
	bool differs;     /* between cells that are known */
	bool is_equal;    /* all cells are known, and the same */
};

/* A call in a trace: its most frequent path. */
struct compare_column {
	const struct compare_trace *trace;
	char *call; /* "pthread_create", "(raw) clone" */
	struct summary_row *row;
	uint64_t calls, other_calls, other_paths; /* of the same call: all; and those that took another path */
	struct summary_errors call_errors, syscall_errors;
};

struct compare_section {
	struct compare_column columns[COMPARE_COLUMNS_MAX]; /* one alone: there is nothing to compare it with */
	size_t count;
	uint64_t calls; /* of all columns */
	struct compare_row *rows;
	size_t row_count, row_room;
	bool differs;
};

struct comparison {
	struct compare_trace traces[COMPARE_COLUMNS_MAX];
	size_t trace_count;
	struct compare_section *sections; /* the most frequent call first; those with one column behind the others */
	size_t section_count;
};

/* What is compared. */
struct compare_choice {
	const char *api; /* this call alone; NULL: all that create tasks */
	bool by_api;     /* the calls of one trace with each other */
};

/* Opens the trace at `path`, whose name is `label` (NULL: its program and libc). False: `why` says why. */
bool compare_add_trace(struct comparison *comparison, const char *path, const char *label, char *why, size_t size);

/* Fills in the sections. False: out of memory. */
bool compare_make(struct comparison *comparison, const struct compare_choice *choice);

void compare_free(struct comparison *comparison);

/* compare_rows.c: fills in the rows of a section. False: out of memory. */
bool compare_make_rows(struct compare_section *section);

/* What heads a column of the section: its trace's label, or the call, or both, as far as they differ. To `text` of `size` bytes. */
void compare_column_title(const struct comparison *comparison, const struct compare_section *section, size_t column,
			  char *text, size_t size);

/* "pthread_create"; "pthread_create, fork" where the columns are different calls. */
void compare_section_title(const struct compare_section *section, char *text, size_t size);

/* How they are printed, on standard output. */
struct compare_style {
	bool only_differences;
	bool is_bold; /* what differs; text only */
};

void compare_print_text(const struct comparison *comparison, const struct compare_style *style);
void compare_print_markdown(const struct comparison *comparison, const struct compare_style *style);
bool compare_print_json(const struct comparison *comparison, const struct compare_style *style);

#endif
