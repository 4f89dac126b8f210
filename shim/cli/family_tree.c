/* family_tree.c: see family_tree.h. */
#include "cli/family_tree.h"

#include <stdlib.h>
#include <string.h>

struct family_tree {
	const struct family *family;
	size_t count;
	size_t *parents;  /* count: of those who have none */
	size_t *starts;   /* by parent, count + 2 of them: where its children begin in `children` */
	size_t *children; /* by parent, then by birth */
	size_t *order;    /* parents before their children */
	size_t *descendants;
	uint64_t *shapes;
};

void
family_tree_free(struct family_tree *tree)
{
	if (tree == NULL)
		return;
	free(tree->parents);
	free(tree->starts);
	free(tree->children);
	free(tree->order);
	free(tree->descendants);
	free(tree->shapes);
	free(tree);
}

static bool
allocate(struct family_tree *tree, const struct family *family)
{
	tree->family = family;
	tree->count = family_count(family);
	tree->parents = calloc(tree->count + 1, sizeof(*tree->parents));
	tree->starts = calloc(tree->count + 3, sizeof(*tree->starts));
	tree->children = calloc(tree->count + 1, sizeof(*tree->children));
	tree->order = calloc(tree->count + 1, sizeof(*tree->order));
	tree->descendants = calloc(tree->count + 1, sizeof(*tree->descendants));
	tree->shapes = calloc(tree->count + 1, sizeof(*tree->shapes));
	return tree->parents != NULL && tree->starts != NULL && tree->children != NULL && tree->order != NULL &&
	       tree->descendants != NULL && tree->shapes != NULL;
}

/* A trace may say, by ids that were used again or by damage, that two tasks are each other's ancestors. Where a walk upwards comes back
   to itself, one link is left out: one that was only told, if there is one. */
static void
cut_circles(struct family_tree *tree)
{
	size_t *seen = tree->descendants; /* which walk has been here, from 1; not used yet */

	for (size_t i = 0; i < tree->count; i++) {
		size_t at = i, weakest;

		while (at != tree->count && seen[at] == 0) {
			seen[at] = i + 1;
			at = tree->parents[at];
		}
		if (at == tree->count || seen[at] != i + 1)
			continue;
		weakest = at;
		for (size_t k = tree->parents[at]; k != at; k = tree->parents[k])
			if (family_task(tree->family, k)->origin == FAMILY_TOLD)
				weakest = k;
		tree->parents[weakest] = tree->count;
	}
	memset(seen, 0, tree->count * sizeof(*seen));
}

static int
compare_births(const void *left, const void *right, void *context)
{
	const struct family_tree *tree = context;
	size_t l = *(const size_t *)left, r = *(const size_t *)right;
	uint64_t l_ns = family_task(tree->family, l)->born_ns, r_ns = family_task(tree->family, r)->born_ns;

	if (tree->parents[l] != tree->parents[r])
		return tree->parents[l] < tree->parents[r] ? -1 : 1;
	return l_ns != r_ns ? (l_ns < r_ns ? -1 : 1) : (l > r) - (l < r);
}

static void
sort_children(struct family_tree *tree)
{
	for (size_t i = 0; i < tree->count; i++) {
		tree->children[i] = i;
		tree->starts[tree->parents[i] + 1]++;
	}
	for (size_t i = 1; i < tree->count + 3; i++)
		tree->starts[i] += tree->starts[i - 1];
	qsort_r(tree->children, tree->count, sizeof(*tree->children), compare_births, tree);
}

const size_t *
family_tree_children(const struct family_tree *tree, size_t parent, size_t *count)
{
	size_t at = parent == FAMILY_NOBODY ? tree->count : parent;

	*count = tree->starts[at + 1] - tree->starts[at];
	return tree->children + tree->starts[at];
}

static void
append_children(struct family_tree *tree, size_t parent, size_t *filled)
{
	size_t count;
	const size_t *children = family_tree_children(tree, parent, &count);

	memcpy(tree->order + *filled, children, count * sizeof(*children));
	*filled += count;
}

/* Generation after generation. */
static void
put_in_order(struct family_tree *tree)
{
	size_t filled = 0;

	append_children(tree, FAMILY_NOBODY, &filled);
	for (size_t i = 0; i < filled; i++)
		append_children(tree, tree->order[i], &filled);
}

/* Spreads a change of one bit over all of them: the finalizer of MurmurHash3, by Austin Appleby, in the public domain. */
static uint64_t
mix(uint64_t value)
{
	value = (value ^ value >> 33) * UINT64_C(0xff51afd7ed558ccd);
	value = (value ^ value >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
	return value ^ value >> 33;
}

static uint64_t
hash_label(const struct family_labels *labels, size_t task)
{
	char memory[2048];
	uint64_t hash = 1;
	struct out out;

	out_init(&out, memory, sizeof(memory));
	family_label(&out, labels, task, false);
	for (size_t i = 0; i < out.length; i++)
		hash = mix(hash ^ (unsigned char)memory[i]) + i;
	return hash;
}

/* From the youngest generation up. The children's shapes are added, which makes their order of no matter. */
static void
measure(struct family_tree *tree, const struct family_labels *labels)
{
	for (size_t i = tree->count; i-- > 0;) {
		size_t task = tree->order[i], parent = tree->parents[task];

		tree->shapes[task] = mix(mix(tree->shapes[task]) ^ hash_label(labels, task));
		tree->descendants[parent] += tree->descendants[task] + 1;
		tree->shapes[parent] += mix(tree->shapes[task]);
	}
}

struct family_tree *
family_tree_new(const struct family_labels *labels)
{
	struct family_tree *tree = calloc(1, sizeof(*tree));

	if (tree == NULL || !allocate(tree, labels->family)) {
		family_tree_free(tree);
		return NULL;
	}
	for (size_t i = 0; i < tree->count; i++) {
		size_t parent = family_task(tree->family, i)->parent;

		tree->parents[i] = parent == FAMILY_NOBODY ? tree->count : parent;
	}
	cut_circles(tree);
	sort_children(tree);
	put_in_order(tree);
	measure(tree, labels);
	return tree;
}

size_t
family_tree_descendants(const struct family_tree *tree, size_t task)
{
	return tree->descendants[task];
}

uint64_t
family_tree_shape(const struct family_tree *tree, size_t task)
{
	return tree->shapes[task];
}
