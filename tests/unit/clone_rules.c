/* clone_rules.c: what needs what and what excludes what, row by row. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>

#include "decode/clone_rules.h"
#include "decode/names.h"

#define AUTOREAP 0x400000000
#define THREAD (CLONE_VM | CLONE_SIGHAND | CLONE_THREAD)

/* The number of rules that a creation breaks. */
static int
broken(uint64_t flags, uint64_t exit_signal, unsigned by)
{
	struct creation creation = {.flags = flags, .exit_signal = exit_signal};
	int count = 0;
	for (const struct clone_rule *rule = clone_rules; rule->by; rule++)
		count += clone_rule_is_broken(rule, &creation, by);
	return count;
}

Test(clone_rules, in_rows, .timeout = 20)
{
	static const struct {
		uint64_t flags, exit_signal;
		unsigned by;
		int broken;
	} rows[] = {
		{0, SIGCHLD, CLONE_BY_EITHER, 0},
		{THREAD, 0, CLONE_BY_EITHER, 0},
		{THREAD, SIGCHLD, CLONE_BY_CLONE, 0},
		{THREAD, SIGCHLD, CLONE_BY_CLONE3, 1},
		{CLONE_THREAD, 0, CLONE_BY_EITHER, 1},
		{CLONE_THREAD | CLONE_SIGHAND, 0, CLONE_BY_EITHER, 1},
		{CLONE_NEWUSER | CLONE_FS, SIGCHLD, CLONE_BY_CLONE, 1},
		{CLONE_NEWUSER | THREAD | CLONE_FS, 0, CLONE_BY_CLONE, 2},
		{CLONE_PIDFD | CLONE_PARENT_SETTID, SIGCHLD, CLONE_BY_CLONE, 1},
		{CLONE_PIDFD | CLONE_PARENT_SETTID, SIGCHLD, CLONE_BY_CLONE3, 0},
		{CLONE_DETACHED, 0, CLONE_BY_CLONE, 0},
		{CLONE_DETACHED, 0, CLONE_BY_CLONE3, 1},
		{1ULL << 63, SIGCHLD, CLONE_BY_CLONE3, 1},
		{0, 64, CLONE_BY_CLONE3, 0},
		{0, 65, CLONE_BY_CLONE3, 1},
		{AUTOREAP, 0, CLONE_BY_CLONE3, 0},
		{AUTOREAP, SIGCHLD, CLONE_BY_CLONE3, 1},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		cr_expect(eq(int, broken(rows[i].flags, rows[i].exit_signal, rows[i].by), rows[i].broken),
			  "flags %#lx, exit signal %lu", rows[i].flags, rows[i].exit_signal);
}

Test(clone_rules, are_about_flags_that_the_table_has, .timeout = 20)
{
	for (const struct clone_rule *rule = clone_rules; rule->by; rule++) {
		cr_expect(eq(u64, clone_flags_unknown(rule->flag | rule->other), 0));
		cr_expect(gt(sz, strnlen(rule->because, sizeof rule->because), (size_t)0));
		cr_expect(lt(sz, strnlen(rule->because, sizeof rule->because), sizeof rule->because));
	}
}
