/*
 * findings.h: what `cloneshim doctor` has found out, one line each, and what to do about it.
 */
#ifndef CLI_FINDINGS_H
#define CLI_FINDINGS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum finding_state {
	FINDING_FINE,
	FINDING_NOTE,    /* worth to know */
	FINDING_PROBLEM, /* in the way of tracing, or of making tasks */
	FINDING_UNKNOWN, /* could not be found out */
};

struct findings;

/* NULL: out of memory. */
struct findings *findings_new(void);
void findings_free(struct findings *findings);

/* Begins a group of findings. `name` is static. */
void findings_group(struct findings *findings, const char *name);

/* Adds a finding about `subject`. `advice`: what to do about it; NULL: nothing. Both are static; the rest is a text of one line. */
__attribute__((format(printf, 5, 6))) void findings_add(struct findings *findings, enum finding_state state,
							const char *subject, const char *advice, const char *format,
							...);

/* Out of memory once: something is missing. */
bool findings_are_whole(const struct findings *findings);

void findings_print(const struct findings *findings, FILE *to);

/* An array of {group, subject, state, text, advice}; NULL: out of memory. */
json_t *findings_json(const struct findings *findings);

#endif
