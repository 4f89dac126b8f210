/* summary_rows.c: see summary_rows.h. */
#include "cli/summary_rows.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "cli/summary_figures.h"

/* What a row is found by. Several places lead to one row when their source lines are the same. */
struct key {
	struct summary_row like;
	struct summary_row *row;
};

struct summary_rows {
	enum summary_by by;
	summary_namer *namer;
	void *context;
	void *tree; /* of struct key, tsearch(3) */
	struct summary_row **all;
	size_t count, room;
};

/* How tsearch's comparison, which has no argument of its own, learns whether places matter. */
static enum summary_by compared_by;

struct summary_rows *
summary_rows_new(enum summary_by by, summary_namer *namer, void *context)
{
	struct summary_rows *rows = calloc(1, sizeof(*rows));

	if (rows != NULL)
		*rows = (struct summary_rows){.by = by, .namer = namer, .context = context};
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
compare_kinds(const struct summary_row *left, const struct summary_row *right)
{
	int order = compare_numbers(left->kind, right->kind);

	if (order == 0)
		order = compare_numbers(left->call, right->call);
	if (order == 0)
		order = compare_paths(&left->path, &right->path);
	if (order == 0 && left->signature != NULL && right->signature != NULL)
		order = strcmp(left->signature, right->signature);
	return order;
}

/* `like` is the first member of a key. */
static int
compare_keys(const void *left, const void *right)
{
	const struct summary_row *l = left, *r = right;
	int order = compare_kinds(l, r);

	return order != 0 || compared_by != SUMMARY_BY_CALLER ? order : compare_callers(l, r);
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

/* The path is the row's own from here on. */
static bool
copy_path(struct summary_row *row)
{
	const struct path_element *elements = row->elements;
	size_t size = row->element_count * sizeof(*elements);

	row->elements = NULL;
	if (row->signature == NULL)
		return true;
	row->signature = strdup(row->signature);
	if (size > 0 && row->signature != NULL)
		row->elements = malloc(size);
	if (row->elements != NULL)
		memcpy(row->elements, elements, size);
	return row->signature != NULL && (size == 0 || row->elements != NULL);
}

static struct summary_row *
add_row(struct summary_rows *rows, const struct summary_row *like)
{
	struct summary_row *row = make_room(rows) ? malloc(sizeof(*row)) : NULL;

	if (row == NULL)
		return NULL;
	*row = *like;
	row->figures = (struct summary_figures){0};
	if (!copy_path(row)) {
		summary_row_free(row);
		return NULL;
	}
	rows->all[rows->count++] = row;
	return row;
}

static bool
have_same_source(const struct source_frame *left, const struct source_frame *right)
{
	return left->line == right->line && strcmp(left->function, right->function) == 0 &&
	       strcmp(left->file, right->file) == 0;
}

/* Another place on the same line, say of a loop that the compiler has unrolled. NULL: there is none, or the line is not known. */
static struct summary_row *
find_by_source(const struct summary_rows *rows, const struct summary_row *like)
{
	if (like->source.function == NULL || like->source.file == NULL || like->source.line <= 0)
		return NULL;
	for (size_t i = 0; i < rows->count; i++) {
		struct summary_row *row = rows->all[i];

		if (row->source.function != NULL && row->source.file != NULL &&
		    have_same_source(&row->source, &like->source) && compare_kinds(row, like) == 0)
			return row;
	}
	return NULL;
}

static struct summary_row *
add_key(struct summary_rows *rows, const struct summary_row *like)
{
	struct key *key = calloc(1, sizeof(*key));

	if (key == NULL)
		return NULL;
	key->like = *like;
	if (rows->by == SUMMARY_BY_CALLER && like->caller_known && rows->namer != NULL)
		rows->namer(rows->context, like, &key->like.source);
	key->row = find_by_source(rows, &key->like);
	if (key->row == NULL)
		key->row = add_row(rows, &key->like);
	if (key->row != NULL)
		key->like.signature = key->row->signature;
	if (key->row == NULL || tsearch(key, &rows->tree, compare_keys) == NULL) {
		free(key);
		return NULL;
	}
	return key->row;
}

struct summary_row *
summary_rows_find(struct summary_rows *rows, const struct summary_row *like)
{
	struct key **found;

	compared_by = rows->by;
	found = tfind(like, &rows->tree, compare_keys);
	return found != NULL ? (*found)->row : add_key(rows, like);
}

void
summary_rows_move(struct summary_rows *rows, struct summary *summary)
{
	summary->rows = rows->all;
	summary->row_count = rows->count;
	tdestroy(rows->tree, free);
	free(rows);
}

void
summary_row_free(struct summary_row *row)
{
	summary_figures_clear(&row->figures);
	free(row->signature);
	free(row->elements);
	free(row);
}
