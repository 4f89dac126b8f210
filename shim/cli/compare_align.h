/*
 * compare_align.h: paths side by side, as a diff has them: what they have in common, in its order, stands in the same line.
 *
 * Pure but for the memory that it allocates.
 */
#ifndef CLI_COMPARE_ALIGN_H
#define CLI_COMPARE_ALIGN_H

#include <stdbool.h>
#include <stddef.h>

#define COMPARE_COLUMNS_MAX 6
#define COMPARE_STEPS_MAX 1000 /* of one path that are aligned */

/* One line: a step, and how many times in a row each column has it; 0: not at this place. */
struct compare_step {
	char *label;
	bool is_creation;
	unsigned times[COMPARE_COLUMNS_MAX];
};

struct compare_steps {
	struct compare_step *each;
	size_t count, room;
};

/* Adds a step at the end of what `column` has; it counts with the one before when that is the same. False: out of memory. */
bool compare_steps_add(struct compare_steps *steps, const char *label, bool is_creation, size_t column);

/* Joins `added`, in which only `column` has anything, into `steps`, by their longest common subsequence. `added` is empty then. False:
   out of memory. */
bool compare_steps_join(struct compare_steps *steps, struct compare_steps *added, size_t column);

void compare_steps_clear(struct compare_steps *steps);

#endif
