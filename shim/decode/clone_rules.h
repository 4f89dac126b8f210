/*
 * clone_rules.h: which flags of a creation syscall need each other, and which exclude each other.
 *
 * The kernel answers EINVAL where one of these rules is broken. Pure data and a look at it; static storage; safe on the hot path.
 */
#ifndef DECODE_CLONE_RULES_H
#define DECODE_CLONE_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "decode/creation.h"

/* Which of the two syscalls that take flags. */
enum {
	CLONE_BY_CLONE = 1,
	CLONE_BY_CLONE3 = 2,
	CLONE_BY_EITHER = CLONE_BY_CLONE | CLONE_BY_CLONE3,
};

enum clone_relation {
	CLONE_NEEDS,        /* `flag` needs `other` */
	CLONE_EXCLUDES,     /* `flag` and `other` exclude each other */
	CLONE_NO_SIGNAL,    /* `flag` excludes an exit signal */
	CLONE_REFUSED,      /* `flag` is refused, whatever else is given */
	CLONE_KNOWN_FLAGS,  /* bits that are no flag are refused */
	CLONE_KNOWN_SIGNAL, /* an exit signal that does not exist is refused */
};

struct clone_rule {
	uint64_t flag, other;
	enum clone_relation relation;
	unsigned by;   /* CLONE_BY_*: the syscalls that have it; 0 ends the table */
	char since[8]; /* the first Linux that has it; "": not told */
	char until[8]; /* the first Linux that does not have it any more; "": they all have it */
	char because[96];
};

extern const struct clone_rule clone_rules[];

/* Whether `creation`, asked for by one of `by`, breaks `rule` on a Linux that has it. */
bool clone_rule_is_broken(const struct clone_rule *rule, const struct creation *creation, unsigned by);

/* The bits of `flags` that are no flag. */
uint64_t clone_flags_unknown(uint64_t flags);

#endif
