/* compare_align.c: see compare_align.h. */
#include "cli/compare_align.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static struct compare_step *
append(struct compare_steps *steps)
{
	if (steps->count == steps->room) {
		size_t room = steps->room != 0 ? steps->room * 2 : 16;
		struct compare_step *larger = reallocarray(steps->each, room, sizeof(*larger));

		if (larger == NULL)
			return NULL;
		steps->each = larger;
		steps->room = room;
	}
	return &steps->each[steps->count++];
}

bool
compare_steps_add(struct compare_steps *steps, const char *label, bool is_creation, size_t column)
{
	struct compare_step *step = steps->count > 0 ? &steps->each[steps->count - 1] : NULL;

	if (step != NULL && strcmp(step->label, label) == 0) {
		step->times[column]++;
		return true;
	}
	step = append(steps);
	if (step == NULL)
		return false;
	*step = (struct compare_step){.label = strdup(label), .is_creation = is_creation};
	step->times[column] = 1;
	if (step->label == NULL)
		steps->count--;
	return step->label != NULL;
}

/* lengths[i][j]: of the longest common subsequence of what is left behind i steps of the one and j of the other. NULL: out of memory. */
static uint16_t *
measure(const struct compare_steps *left, const struct compare_steps *right)
{
	size_t width = right->count + 1;
	uint16_t *lengths = calloc((left->count + 1) * width, sizeof(*lengths));

	if (lengths == NULL)
		return NULL;
	for (size_t i = left->count; i-- > 0;)
		for (size_t j = right->count; j-- > 0;) {
			uint16_t down = lengths[(i + 1) * width + j], across = lengths[i * width + j + 1];

			if (strcmp(left->each[i].label, right->each[j].label) == 0)
				lengths[i * width + j] = (uint16_t)(lengths[(i + 1) * width + j + 1] + 1);
			else
				lengths[i * width + j] = down > across ? down : across;
		}
	return lengths;
}

/* Moves all steps of both into `joined`, which has room for them. */
static void
merge(struct compare_steps *joined, struct compare_steps *left, struct compare_steps *right, const uint16_t *lengths,
      size_t column)
{
	size_t i = 0, j = 0, width = right->count + 1;

	while (i < left->count || j < right->count) {
		struct compare_step *l = &left->each[i], *r = &right->each[j];
		bool has_both = i < left->count && j < right->count;

		if (has_both && strcmp(l->label, r->label) == 0) {
			l->times[column] = r->times[column];
			free(r->label);
			joined->each[joined->count++] = *l;
			i++;
			j++;
		} else if (j == right->count ||
			   (has_both && lengths[(i + 1) * width + j] >= lengths[i * width + j + 1])) {
			joined->each[joined->count++] = *l;
			i++;
		} else {
			joined->each[joined->count++] = *r;
			j++;
		}
	}
	left->count = right->count = 0;
}

static bool
share_a_column(const struct compare_step *left, const struct compare_step *right)
{
	for (size_t c = 0; c < COMPARE_COLUMNS_MAX; c++)
		if (left->times[c] != 0 && right->times[c] != 0)
			return true;
	return false;
}

/* Whether no step from `first` up to `end` is of a column of `step`, which may then change places with them. */
static bool
may_pass(const struct compare_steps *steps, const struct compare_step *step, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++)
		if (share_a_column(step, &steps->each[i]))
			return false;
	return true;
}

static void
take_into(struct compare_step *kept, struct compare_step *taken)
{
	for (size_t c = 0; c < COMPARE_COLUMNS_MAX; c++)
		kept->times[c] += taken->times[c];
	free(taken->label);
	*taken = (struct compare_step){0};
}

/* A step that stands twice, since the columns were joined one by one, though no column's order is against its standing in one line. */
static void
gather(struct compare_steps *steps)
{
	size_t kept = 0;

	for (size_t i = 0; i < steps->count; i++)
		for (size_t j = i + 1; j < steps->count && steps->each[i].label != NULL; j++) {
			struct compare_step *first = &steps->each[i], *second = &steps->each[j];

			if (second->label == NULL || strcmp(first->label, second->label) != 0)
				continue;
			if (may_pass(steps, first, i + 1, j + 1))
				take_into(second, first);
			else if (may_pass(steps, second, i, j))
				take_into(first, second);
		}
	for (size_t i = 0; i < steps->count; i++)
		if (steps->each[i].label != NULL)
			steps->each[kept++] = steps->each[i];
	steps->count = kept;
}

bool
compare_steps_join(struct compare_steps *steps, struct compare_steps *added, size_t column)
{
	struct compare_steps joined = {.room = steps->count + added->count};
	uint16_t *lengths = measure(steps, added);
	bool is_joined;

	joined.each = calloc(joined.room + 1, sizeof(*joined.each));
	is_joined = lengths != NULL && joined.each != NULL;
	if (is_joined) {
		merge(&joined, steps, added, lengths, column);
		compare_steps_clear(steps);
		gather(&joined);
		*steps = joined;
	} else {
		free(joined.each);
	}
	free(lengths);
	compare_steps_clear(added);
	return is_joined;
}

void
compare_steps_clear(struct compare_steps *steps)
{
	for (size_t i = 0; i < steps->count; i++)
		free(steps->each[i].label);
	free(steps->each);
	*steps = (struct compare_steps){0};
}
