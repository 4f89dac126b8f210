/*
 * masked.h: text without what differs between two runs of the same program: ids, addresses, times.
 */
#ifndef HARNESS_MASKED_H
#define HARNESS_MASKED_H

/* Each number, decimal or hexadecimal, becomes `#`, and more than one space becomes one: columns depend on numbers. Freed by the
   caller. */
char *masked_numbers(const char *text);

/* What a program of tests/system prints, numbers masked, without the lines that say what it did in this run (victim.h). Freed by the
   caller. */
char *masked_output(const char *text);

#endif
