/*
 * inject_rules.h: the grammar of CLONESHIM_INJECT, which is strace's (strace(1), -e inject):
 *
 *     SYSCALL[,SYSCALL…]:error=ERRNO[:when=FIRST[..LAST][+[STEP]]], several with `;`
 *
 * A later expression for a syscall replaces an earlier one. Pure.
 */
#ifndef DECODE_INJECT_RULES_H
#define DECODE_INJECT_RULES_H

#include <stdbool.h>
#include <stdint.h>

#define INJECT_SYSCALLS 4

/* The creation syscalls in the order of the rules. */
extern const uint32_t inject_syscalls[INJECT_SYSCALLS];

/* When one syscall fails, and with what. */
struct inject_rule {
	uint16_t error; /* 0: never */
	uint16_t first; /* counted from 1 */
	uint16_t last;  /* 0: no end */
	uint16_t step;  /* 0: the first one only */
};

struct inject_rules {
	struct inject_rule rules[INJECT_SYSCALLS];
};

/* Parses an expression. False, with the rules in no particular state: it cannot be used. */
bool inject_parse(struct inject_rules *rules, const char *text);

/* Whether `rule` strikes at invocation `number`, counted from 1. */
bool inject_strikes(const struct inject_rule *rule, uint64_t number);

#endif
