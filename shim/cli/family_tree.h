/*
 * family_tree.h: a family as a tree: everybody's children, how many descendants there are, and which look the same.
 *
 * Nothing here recurses: a family may be as deep as it is large.
 */
#ifndef CLI_FAMILY_TREE_H
#define CLI_FAMILY_TREE_H

#include "cli/family_label.h"

struct family_tree;

/* NULL: out of memory. `labels` is borrowed, for this call alone. */
struct family_tree *family_tree_new(const struct family_labels *labels);
void family_tree_free(struct family_tree *tree);

/* The children of `parent` in the order in which they were born; FAMILY_NOBODY: those who have no parent. */
const size_t *family_tree_children(const struct family_tree *tree, size_t parent, size_t *count);

size_t family_tree_descendants(const struct family_tree *tree, size_t task);

/* Equal for tasks that look the same, ids and arguments aside, with all their descendants. */
uint64_t family_tree_shape(const struct family_tree *tree, size_t task);

#endif
