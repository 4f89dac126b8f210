/* durations.c: see durations.h. */
#include "cli/durations.h"

#include <stdlib.h>
#include <string.h>

#define CLASSES 64 /* of an octave: the six bits behind the highest one */
#define CLASS_BITS 6

/* 0: the numbers below 64, a class each; octave N: 64·2^(N-1) to 64·2^N - 1. */
static unsigned
octave_of(uint64_t ns)
{
	return ns < CLASSES ? 0 : 64 - CLASS_BITS - (unsigned)__builtin_clzll(ns);
}

static unsigned
class_of(uint64_t ns, unsigned octave)
{
	return octave == 0 ? (unsigned)ns : (unsigned)(ns >> (octave - 1)) - CLASSES;
}

static uint64_t
middle_of(unsigned octave, unsigned class)
{
	return octave == 0 ? class : ((uint64_t)(class + CLASSES) << (octave - 1)) + (UINT64_C(1) << (octave - 1)) / 2;
}

static bool
count_in_class(struct durations *durations, uint64_t ns)
{
	unsigned octave = octave_of(ns);
	uint64_t **classes = &durations->classes[octave];

	if (*classes == NULL)
		*classes = calloc(CLASSES, sizeof(**classes));
	if (*classes == NULL)
		return false;
	(*classes)[class_of(ns, octave)]++;
	return true;
}

/* There are too many to be kept one by one. */
static bool
give_up_exactness(struct durations *durations)
{
	for (uint64_t i = 0; i < durations->count; i++)
		if (!count_in_class(durations, durations->exact[i]))
			return false;
	free(durations->exact);
	durations->exact = NULL;
	durations->exact_room = 0;
	return true;
}

static bool
keep_exact(struct durations *durations, uint64_t ns)
{
	if (durations->count == durations->exact_room) {
		uint32_t room = durations->exact_room != 0 ? durations->exact_room * 4 : 4;
		uint64_t *larger = reallocarray(durations->exact, room, sizeof(*larger));

		if (larger == NULL)
			return false;
		durations->exact = larger;
		durations->exact_room = room;
	}
	durations->exact[durations->count] = ns;
	return true;
}

static bool
keep(struct durations *durations, uint64_t ns)
{
	if (durations->count < DURATIONS_EXACT)
		return keep_exact(durations, ns);
	if (durations->exact != NULL && !give_up_exactness(durations))
		return false;
	return count_in_class(durations, ns);
}

bool
durations_add(struct durations *durations, uint64_t ns)
{
	if (!keep(durations, ns))
		return false;
	if (durations->count == 0 || ns < durations->least_ns)
		durations->least_ns = ns;
	if (ns > durations->longest_ns)
		durations->longest_ns = ns;
	durations->sum_ns += ns;
	durations->count++;
	return true;
}

static int
compare(const void *left, const void *right)
{
	uint64_t l = *(const uint64_t *)left, r = *(const uint64_t *)right;

	return (l > r) - (l < r);
}

/* The duration that stands at `rank`, from 1, in the order of classes. */
static uint64_t
at_rank_in_classes(const struct durations *durations, uint64_t rank)
{
	uint64_t seen = 0;

	for (unsigned octave = 0; octave < DURATIONS_OCTAVES; octave++)
		for (unsigned i = 0; durations->classes[octave] != NULL && i < CLASSES; i++) {
			seen += durations->classes[octave][i];
			if (seen >= rank)
				return middle_of(octave, i);
		}
	return durations->longest_ns;
}

static uint64_t
between(uint64_t ns, uint64_t least, uint64_t most)
{
	return ns < least ? least : ns > most ? most : ns;
}

uint64_t
durations_percentile(struct durations *durations, unsigned percent)
{
	uint64_t rank = durations->count / 100 * percent + (durations->count % 100 * percent + 99) / 100;

	if (durations->count == 0)
		return 0;
	rank = between(rank, 1, durations->count);
	if (durations->exact == NULL)
		return between(at_rank_in_classes(durations, rank), durations->least_ns, durations->longest_ns);
	qsort(durations->exact, durations->count, sizeof(*durations->exact), compare);
	return durations->exact[rank - 1];
}

bool
durations_are_exact(const struct durations *durations)
{
	return durations->count == 0 || durations->exact != NULL;
}

void
durations_clear(struct durations *durations)
{
	free(durations->exact);
	for (unsigned octave = 0; octave < DURATIONS_OCTAVES; octave++)
		free(durations->classes[octave]);
	*durations = (struct durations){0};
}
