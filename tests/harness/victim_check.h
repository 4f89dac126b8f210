/*
 * victim_check.h: runs a program from tests/system/programs bare and under the shim, in both formats, and asserts what must hold
 * for all of them: the program says "ok" and behaves the same each time, and the log shows just the syscalls that the program
 * says it made (victim.h tells how it says so).
 */
#ifndef HARNESS_VICTIM_CHECK_H
#define HARNESS_VICTIM_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/run.h"

struct victim {
	const char *name;
	const char *arguments[3];                   /* those that are not NULL are passed on */
	const char *const *environment;             /* for the runs under the shim */
	const char *preload_before, *preload_after; /* names of objects from tests/system/preloads */
	bool says_not_all;                          /* it makes more than it says: what it says must be in the log */
	bool not_observed;                          /* the log must show no syscall at all */
	bool errors_differ;                         /* standard error is not compared */
};

#define VICTIM_SKIPPED 77 /* exit status of a program that cannot do its work on this machine */

struct victim_runs {
	struct run bare, text, strace;
};

/* Skips the test, saying `reason`, when the program exits with VICTIM_SKIPPED. Freed by victim_free(). */
void victim_check(const struct victim *victim, const char *reason, struct victim_runs *runs);
void victim_free(struct victim_runs *runs);

/* Runs it once under the shim, asserts that it ran and exited with 0. */
void victim_run(const struct victim *victim, const char *format, struct run *run);

/* The value of "fact NAME VALUE" in the output; fails the test when there is none. */
uint64_t victim_fact(const struct run *run, const char *name);

/* Fails the test when the text log has a creation syscall that stands under no call. */
void expect_no_orphans(const char *log);

/* Fails the test unless `log` has exactly/at least `count` lines that match the extended regular expression made from `format`. */
void expect_matches(const char *log, long count, const char *format, ...) __attribute__((format(printf, 3, 4)));
void expect_some_match(const char *log, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Fails the test unless `log` has a line for each of these, NULL-terminated, one somewhere after the other. */
void expect_in_order(const char *log, const char *const patterns[]);

#endif
