/* summary_rows.c: see summary_rows.h. */
#include "cli/summary_rows.h"

#include <search.h>
#include <stdlib.h>

#include "cli/summary_figures.h"

struct summary_rows {
	enum summary_by by;
	void *tree; /* of struct summary_row, tsearch(3) */
	struct summary_row **all;
	size_t count, room;
};

/* How tsearch's comparison, which has no argument of its own, learns whether places matter. */
static enum summary_by compared_by;

struct summary_rows *
summary_rows_new(enum summary_by by)
{
	struct summary_rows *rows = calloc(1, sizeof(*rows));

	if (rows != NULL)
		rows->by = by;
	return rows;
}

static int
compare_numbers(uint64_t left, uint64_t right)
{
	return (left > right) - (left < right);
}

static int
compare_paths(const struct summary_path *left, const struct summary_path *right)
{
	int order = compare_numbers(left->count, right->count);

	for (uint32_t i = 0; order == 0 && i < left->count; i++) {
		const struct summary_step *l = &left->steps[i], *r = &right->steps[i];

		order = compare_numbers(l->what, r->what);
		if (order == 0)
			order = compare_numbers(l->times, r->times);
		if (order == 0)
			order = compare_numbers(l->is_call, r->is_call);
	}
	if (order == 0)
		order = compare_numbers(left->is_cut, right->is_cut);
	if (order == 0)
		order = compare_numbers(left->not_observed, right->not_observed);
	return order != 0 ? order : compare_numbers(left->not_recorded, right->not_recorded);
}

/* The same object may lie at another address in each process: what counts is the place in it. Paths of objects are the same pointer
   when they are the same. */
static int
compare_callers(const struct summary_row *left, const struct summary_row *right)
{
	const struct code_location *l = &left->caller, *r = &right->caller;
	int order = compare_numbers(left->caller_known, right->caller_known);

	if (order == 0)
		order = compare_numbers((uintptr_t)l->module, (uintptr_t)r->module);
	if (order == 0)
		order = compare_numbers(l->module != NULL ? l->offset : l->address,
					r->module != NULL ? r->offset : r->address);
	return order;
}

static int
compare_rows(const void *left, const void *right)
{
	const struct summary_row *l = left, *r = right;
	int order = compare_numbers(l->kind, r->kind);

	if (order == 0)
		order = compare_numbers(l->call, r->call);
	if (order == 0)
		order = compare_paths(&l->path, &r->path);
	return order != 0 || compared_by == SUMMARY_BY_API ? order : compare_callers(l, r);
}

static bool
make_room(struct summary_rows *rows)
{
	size_t room = rows->room != 0 ? rows->room * 2 : 64;
	struct summary_row **larger;

	if (rows->count < rows->room)
		return true;
	larger = reallocarray(rows->all, room, sizeof(*larger));
	if (larger == NULL)
		return false;
	rows->all = larger;
	rows->room = room;
	return true;
}

static struct summary_row *
add(struct summary_rows *rows, const struct summary_row *like)
{
	struct summary_row *row = malloc(sizeof(*row));

	if (row == NULL || !make_room(rows)) {
		free(row);
		return NULL;
	}
	*row = *like;
	row->figures = (struct summary_figures){0};
	if (tsearch(row, &rows->tree, compare_rows) == NULL) {
		free(row);
		return NULL;
	}
	rows->all[rows->count++] = row;
	return row;
}

struct summary_row *
summary_rows_find(struct summary_rows *rows, const struct summary_row *like)
{
	struct summary_row **found;

	compared_by = rows->by;
	found = tfind(like, &rows->tree, compare_rows);
	return found != NULL ? *found : add(rows, like);
}

static void
keep_row(void *row)
{
	(void)row;
}

void
summary_rows_move(struct summary_rows *rows, struct summary *summary)
{
	summary->rows = rows->all;
	summary->row_count = rows->count;
	tdestroy(rows->tree, keep_row);
	free(rows);
}

void
summary_row_free(struct summary_row *row)
{
	summary_figures_clear(&row->figures);
	free(row);
}
