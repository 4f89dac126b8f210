/* durations.c: percentiles, exact and by classes, against sorting. */
#include "cli/durations.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

TestSuite(durations, .timeout = 30);

static const unsigned percents[] = {1, 50, 90, 99, 100};

#define PERCENTS (sizeof(percents) / sizeof(percents[0]))

static int
compare(const void *left, const void *right)
{
	uint64_t l = *(const uint64_t *)left, r = *(const uint64_t *)right;

	return (l > r) - (l < r);
}

/* Of all sizes that there are, the same each time. */
static uint64_t
next_number(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *state >> (2 + (*state >> 5) % 60);
}

/* Nearest rank, in whole numbers. */
static uint64_t
expected(const uint64_t *sorted, size_t count, unsigned percent)
{
	return sorted[(count * percent + 99) / 100 - 1];
}

static void
check(size_t count, double most_off)
{
	uint64_t *numbers = calloc(count, sizeof(*numbers)), state = 1, sum = 0;
	struct durations durations = {0};

	for (size_t i = 0; i < count; i++) {
		numbers[i] = next_number(&state);
		sum += numbers[i];
		cr_assert(durations_add(&durations, numbers[i]));
	}
	qsort(numbers, count, sizeof(*numbers), compare);
	cr_expect_eq(durations.count, count);
	cr_expect_eq(durations.sum_ns, sum);
	cr_expect_eq(durations.least_ns, numbers[0]);
	cr_expect_eq(durations.longest_ns, numbers[count - 1]);
	for (size_t i = 0; i < PERCENTS; i++) {
		double right = (double)expected(numbers, count, percents[i]),
		       given = (double)durations_percentile(&durations, percents[i]);

		cr_expect_leq(fabs(given - right), right * most_off, "p%u of %zu: %.0f, not %.0f", percents[i], count,
			      given, right);
	}
	cr_expect_eq(durations_are_exact(&durations), count <= DURATIONS_EXACT);
	durations_clear(&durations);
	free(numbers);
}

Test(durations, few_are_exact)
{
	for (size_t count = 1; count <= DURATIONS_EXACT; count = count * 3 / 2 + 1)
		check(count, 0);
	check(DURATIONS_EXACT, 0);
}

Test(durations, many_are_right_to_a_percent)
{
	check(DURATIONS_EXACT + 1, 1. / 128);
	check(300000, 1. / 128);
}

Test(durations, edges)
{
	static const uint64_t numbers[] = {0, 1, 63, 64, 127, 128, UINT64_MAX / 2, UINT64_MAX};
	struct durations durations = {0};

	for (size_t k = 0; k < sizeof(numbers) / sizeof(numbers[0]); k++) {
		for (size_t i = 0; i < 2000; i++)
			cr_assert(durations_add(&durations, numbers[k]));
		cr_expect_eq(durations_percentile(&durations, 50), numbers[k]);
		cr_expect_eq(durations_percentile(&durations, 99), numbers[k]);
		durations_clear(&durations);
	}
	cr_expect_eq(durations_percentile(&durations, 50), 0);
}
