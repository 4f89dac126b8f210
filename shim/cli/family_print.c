/* family_print.c: see family_print.h. */
#include "cli/family_print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/output.h"

enum {
	FOLDED_FROM = 4,   /* siblings */
	LEVELS_DRAWN = 32, /* deeper ones are told by their number: else lines would grow with the family's depth */
	LINE_ROOM = 2048,
};

/* Siblings that look the same. */
struct group {
	size_t first, count;
	size_t place; /* of the first among its siblings */
	uint64_t shape;
};

/* Siblings that are being printed. */
struct level {
	struct group *groups;
	size_t count, at;
	bool is_folded; /* they stand for others, too */
};

struct walk {
	const struct family_print *print;
	struct level *levels;
	size_t depth, room;
};

static int
compare_numbers(uint64_t left, uint64_t right)
{
	return (left > right) - (left < right);
}

static int
compare_shapes(const void *left, const void *right)
{
	const struct group *l = left, *r = right;

	return l->shape != r->shape ? compare_numbers(l->shape, r->shape) : compare_numbers(l->place, r->place);
}

static int
compare_places(const void *left, const void *right)
{
	return compare_numbers(((const struct group *)left)->place, ((const struct group *)right)->place);
}

/* Joins those of the same shape. Returns how many groups there are. */
static size_t
fold(struct group *groups, size_t count)
{
	size_t kept = 0;

	qsort(groups, count, sizeof(*groups), compare_shapes);
	for (size_t i = 0, end; i < count; i = end) {
		for (end = i + 1; end < count && groups[end].shape == groups[i].shape; end++)
			continue;
		if (end - i >= FOLDED_FROM) {
			groups[kept] = groups[i];
			groups[kept++].count = end - i;
			continue;
		}
		for (size_t k = i; k < end; k++)
			groups[kept++] = groups[k];
	}
	qsort(groups, kept, sizeof(*groups), compare_places);
	return kept;
}

/* False: out of memory. */
static bool
enter(struct walk *walk, const size_t *tasks, size_t count, bool is_folded)
{
	struct level level = {.groups = calloc(count, sizeof(*level.groups)), .count = count, .is_folded = is_folded};

	if (level.groups == NULL)
		return false;
	if (walk->depth == walk->room) {
		size_t room = walk->room != 0 ? walk->room * 2 : 64;
		struct level *larger = reallocarray(walk->levels, room, sizeof(*larger));

		if (larger == NULL) {
			free(level.groups);
			return false;
		}
		walk->levels = larger;
		walk->room = room;
	}
	for (size_t i = 0; i < count; i++)
		level.groups[i] = (struct group){.first = tasks[i],
						 .count = 1,
						 .place = i,
						 .shape = family_tree_shape(walk->print->tree, tasks[i])};
	if (walk->print->folds)
		level.count = fold(level.groups, count);
	walk->levels[walk->depth++] = level;
	return true;
}

static void
leave(struct walk *walk)
{
	free(walk->levels[--walk->depth].groups);
}

/* "1,998" */
static void
out_count(struct out *out, size_t count)
{
	char digits[32];
	int length = snprintf(digits, sizeof(digits), "%zu", count);

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			out_char(out, ',');
		out_char(out, digits[i]);
	}
}

static void
out_branches(struct out *out, const struct walk *walk)
{
	const struct family_signs *signs = walk->print->labels.signs;
	size_t below = walk->depth - 1;

	for (size_t i = 1; i <= below && i <= LEVELS_DRAWN; i++) {
		bool is_last = walk->levels[i].at + 1 == walk->levels[i].count;

		if (i == below)
			out_string(out, is_last ? signs->last_branch : signs->branch);
		else
			out_string(out, is_last ? signs->nothing : signs->trunk);
	}
	if (below > LEVELS_DRAWN) {
		out_string(out, "(level ");
		out_unsigned(out, below);
		out_string(out, ") ");
	}
}

static void
out_descendants(struct out *out, const struct walk *walk, const struct group *group)
{
	size_t count = family_tree_descendants(walk->print->tree, group->first);

	if (count == 0)
		return;
	out_string(out, walk->print->labels.signs->separator);
	out_count(out, count);
	out_string(out, count == 1 ? " descendant" : " descendants");
	out_string(out, group->count > 1 ? " each" : "");
}

static void
print_line(const struct walk *walk, const struct group *group, bool is_folded)
{
	char memory[LINE_ROOM];
	struct out out;

	out_init(&out, memory, sizeof(memory));
	out_branches(&out, walk);
	if (group->count > 1) {
		out_string(&out, walk->print->labels.signs->times);
		out_count(&out, group->count);
		out_char(&out, ' ');
	} else if (!is_folded) {
		out_signed(&out, family_task(walk->print->labels.family, group->first)->id);
		out_char(&out, ' ');
	}
	family_label(&out, &walk->print->labels, group->first, group->count == 1 && !is_folded);
	out_descendants(&out, walk, group);
	fwrite(memory, 1, out_finish(&out), stdout);
}

bool
family_print(const struct family_print *print, const size_t *roots, size_t count)
{
	struct walk walk = {.print = print};
	bool is_well = count == 0 || enter(&walk, roots, count, false);

	while (is_well && walk.depth > 0 && output_goes_on()) {
		struct level *level = &walk.levels[walk.depth - 1];
		const struct group *group = &level->groups[level->at];
		bool is_folded = level->is_folded || group->count > 1;
		const size_t *children;
		size_t child_count;

		print_line(&walk, group, level->is_folded);
		children = family_tree_children(print->tree, group->first, &child_count);
		if (child_count > 0 && walk.depth <= print->depth_max) {
			is_well = enter(&walk, children, child_count, is_folded);
			continue;
		}
		while (walk.depth > 0 && ++walk.levels[walk.depth - 1].at == walk.levels[walk.depth - 1].count)
			leave(&walk);
	}
	while (walk.depth > 0)
		leave(&walk);
	free(walk.levels);
	return is_well;
}
