/*
 * durations.h: many durations in little memory, and what is asked of them: how many, their sum, the longest, the median and other
 * percentiles.
 *
 * Up to DURATIONS_EXACT of them are kept as they are, and percentiles are exact. Beyond that they are counted in classes, of which each
 * octave has 64: a percentile is then the middle of its class, at most 1/128 (0.8 %) away from the true one. Sum, least and
 * longest are always exact.
 *
 * Pure but for the memory that it allocates.
 */
#ifndef CLI_DURATIONS_H
#define CLI_DURATIONS_H

#include <stdbool.h>
#include <stdint.h>

#define DURATIONS_EXACT 1024
#define DURATIONS_OCTAVES 59 /* of 64-bit numbers, from 64 on, and the one class per number below */

/* All zeros: empty. */
struct durations {
	uint64_t count, sum_ns, least_ns, longest_ns;
	uint64_t *exact; /* the first of them; NULL once they are counted in classes */
	uint32_t exact_room;
	uint64_t *classes[DURATIONS_OCTAVES]; /* 64 each; NULL: none fell into this octave */
};

/* False: out of memory; it is not counted then. */
bool durations_add(struct durations *durations, uint64_t ns);

/* The nearest-rank percentile: the least of them that at least `percent` of 100 do not exceed. 0 when there are none. May put
   what is kept into order. */
uint64_t durations_percentile(struct durations *durations, unsigned percent);

/* Whether percentiles are exact. */
bool durations_are_exact(const struct durations *durations);

void durations_clear(struct durations *durations);

#endif
