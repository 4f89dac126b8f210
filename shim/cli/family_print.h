/* family_print.h: draws a family's tree, a line a task, or a line for several that look the same. */
#ifndef CLI_FAMILY_PRINT_H
#define CLI_FAMILY_PRINT_H

#include "cli/family_tree.h"

struct family_print {
	struct family_labels labels;
	const struct family_tree *tree;
	size_t depth_max; /* generations below the first; SIZE_MAX: all */
	bool folds;       /* siblings that look the same, from the fourth on, into one line */
};

/* The tasks in `roots`, each with its descendants, to standard output. Returns whether there was memory enough. */
bool family_print(const struct family_print *print, const size_t *roots, size_t count);

#endif
