/* explain_text.c: an explanation as text for people: first each combination and what it amounts to, then each flag once. */
#include <linux/sched.h>
#include <stdio.h>
#include <string.h>

#include "cli/explain.h"
#include "cli/paragraph.h"
#include "decode/names.h"

enum { FLAG_INDENT = 24, TEXT_MAX = 2048, SIGNAL_LAST = 64 };

/* The text that is being put together. */
static char memory[TEXT_MAX];

static struct out
begin(void)
{
	struct out out;

	out_init(&out, memory, sizeof(memory));
	return out;
}

static void
print(struct out *out, size_t indent, size_t width)
{
	memory[out->length] = '\0';
	printf("%*s", (int)indent, "");
	paragraph_print(memory, indent, indent + 2, width);
}

static void
out_count(struct out *out, uint64_t count, const char *what)
{
	out_string(out, out->length > 0 ? ", " : "");
	out_unsigned(out, count);
	out_string(out, what);
}

/* "12 times: pthread_create 10, timer_create 2". */
static void
print_callers(const struct explain_combination *combination, size_t width)
{
	struct out out = begin();
	const char *before = ": ";

	out_count(&out, combination->count, combination->count == 1 ? " time" : " times");
	for (size_t caller = 0; caller < EXPLAIN_CALLER_COUNT; caller++) {
		if (combination->callers[caller] == 0)
			continue;
		out_string(&out, before);
		out_string(&out, explain_caller_name(caller));
		if (combination->callers[caller] != combination->count) {
			out_char(&out, ' ');
			out_unsigned(&out, combination->callers[caller]);
		}
		before = ", ";
	}
	print(&out, 2, width);
}

/* What became of them, where not all have created something. */
static void
print_outcomes(const struct explain_combination *combination, size_t width)
{
	struct out out = begin();

	for (size_t i = 0; i < combination->error_count; i++) {
		out_count(&out, combination->errors[i].count, " failed with ");
		names_out_errno(&out, combination->errors[i].error);
	}
	if (combination->injected > 0)
		out_count(&out, combination->injected, " injected: the kernel was not asked");
	if (combination->unreturned > 0)
		out_count(&out, combination->unreturned, " without an observed result");
	if (out.length > 0)
		print(&out, 2, width);
}

/* The same of one pasted line. */
static void
print_outcome(const struct explain_combination *combination, size_t width)
{
	struct out out = begin();

	if (combination->error_count == 0)
		return;
	out_string(&out, "It failed with ");
	names_out_errno(&out, combination->errors[0].error);
	if (combination->injected > 0)
		out_string(&out, ", injected: the kernel was not asked");
	print(&out, 2, width);
}

static void
print_rules(const struct explain_combination *combination, size_t width)
{
	const struct clone_rule *rule = NULL;

	while ((rule = explain_broken_rule(combination, rule)) != NULL) {
		struct out out = begin();
		struct out_mark empty;

		out_string(&out, "EINVAL");
		if (combination->created > 0 && explain_rule_decides(combination, rule))
			out_string(&out, " elsewhere: this kernel has accepted it");
		empty = out_mark(&out);
		out_string(&out, " (");
		explain_rule_scope(&out, rule, combination->by);
		if (out.length == empty.length + 2)
			out_rollback(&out, empty);
		else
			out_char(&out, ')');
		out_string(&out, ": ");
		explain_rule(&out, rule);
		out_string(&out, ": ");
		out_string(&out, rule->because);
		print(&out, 2, width);
	}
}

static void
print_combination(const struct explain_combination *combination, bool is_trace, size_t width)
{
	struct out out = begin();

	if (combination->syscall != NULL) {
		out_string(&out, combination->syscall);
		out_string(&out, combination->by != 0 ? ": " : ", which is ");
	}
	if (combination->flags_known)
		explain_flags(&out, combination);
	else
		out_string(&out, "flags not observed");
	print(&out, 0, width);
	out = begin();
	out_string(&out, "= ");
	explain_amounts_to(&out, combination);
	print(&out, 2, width);
	print_rules(combination, width);
	if (is_trace) {
		print_callers(combination, width);
		print_outcomes(combination, width);
	} else {
		print_outcome(combination, width);
	}
}

/* " Needs CLONE_VM." or " Excludes CLONE_FS, CLONE_THREAD (from Linux 5.2 until 6.9).": what the rules say of a flag. */
static void
out_relations(struct out *out, const struct clone_flag *flag, enum clone_relation relation, const char *verb)
{
	unsigned by = flag->only_clone3 ? CLONE_BY_CLONE3 : CLONE_BY_EITHER;
	size_t count = 0;

	for (const struct clone_rule *rule = clone_rules; rule->by != 0; rule++) {
		bool is_other = relation == CLONE_EXCLUDES && rule->other == flag->value;
		struct out_mark mark;

		if (rule->relation != relation || (rule->flag != flag->value && !is_other))
			continue;
		out_string(out, count++ > 0 ? ", " : verb);
		for (const struct clone_flag *of = clone_flags; of->value != 0; of++)
			if (of->value == (is_other ? rule->flag : rule->other)) {
				out_string(out, of->name);
				by = of->only_clone3 ? CLONE_BY_CLONE3 : by;
			}
		mark = out_mark(out);
		out_string(out, " (");
		explain_rule_scope(out, rule, by);
		if (out->length == mark.length + 2)
			out_rollback(out, mark);
		else
			out_char(out, ')');
	}
	if (count > 0)
		out_char(out, '.');
}

static void
print_flag(const struct clone_flag *flag, size_t width)
{
	struct out out = begin();

	out_string(&out, "The new task ");
	out_string(&out, flag->meaning);
	out_string(&out, ": ");
	out_string(&out, flag->detail);
	out_char(&out, '.');
	out_relations(&out, flag, CLONE_NEEDS, " Needs ");
	out_relations(&out, flag, CLONE_EXCLUDES, " Excludes ");
	out_relations(&out, flag, CLONE_NO_SIGNAL, " Excludes an exit signal");
	out_relations(&out, flag, CLONE_REFUSED, " Refused");
	out_string(&out, flag->only_clone3 ? " Only clone3 has it." : "");
	out_string(&out, " Since Linux ");
	out_string(&out, flag->since);
	out_char(&out, '.');
	memory[out.length] = '\0';
	printf("  %-*s", FLAG_INDENT - 2, flag->name);
	if (strlen(flag->name) + 2 >= FLAG_INDENT)
		printf("\n%*s", FLAG_INDENT, "");
	paragraph_print(memory, FLAG_INDENT, FLAG_INDENT, width);
}

static void
print_flags(uint64_t flags, size_t width)
{
	for (const struct clone_flag *flag = clone_flags; flag->value != 0; flag++)
		if ((flags & flag->value) != 0)
			print_flag(flag, width);
	if (clone_flags_unknown(flags) != 0) {
		printf("  %#-*lx", FLAG_INDENT - 2, clone_flags_unknown(flags));
		paragraph_print("No flag that this cloneshim knows: clone ignores such bits, clone3 refuses them.",
				FLAG_INDENT, FLAG_INDENT, width);
	}
}

static void
print_signal(uint64_t signal, size_t width)
{
	struct out out = begin();

	names_out_signal(&out, signal);
	memory[out.length] = '\0';
	printf("  %-*s", FLAG_INDENT - 2, memory);
	paragraph_print(signal > SIGNAL_LAST
				? "No signal has this number: clone3 refuses it, and so does clone of newer kernels."
				: "The exit signal: the parent gets it when the new process ends. A thread sends none.",
			FLAG_INDENT, FLAG_INDENT, width);
}

/* Those of all combinations, each once. */
static void
print_signals(const struct explanation *explanation, size_t width)
{
	for (size_t i = 0; i < explanation->count; i++) {
		uint64_t signal = explanation->combinations[i].creation.exit_signal;
		size_t first = 0;

		while (explanation->combinations[first].creation.exit_signal != signal)
			first++;
		if (signal != 0 && first == i)
			print_signal(signal, width);
	}
}

static void
print_damage(const struct explanation *explanation, size_t width)
{
	const struct trace_damage *damage = &explanation->damage;
	struct out out = begin();

	if (damage->lost > 0)
		out_count(&out, damage->lost, " events lost for want of room");
	if (damage->unfinished > 0)
		out_count(&out, damage->unfinished, " unfinished slots");
	if (damage->damaged > 0)
		out_count(&out, damage->damaged, " damaged records");
	if (damage->missing > 0)
		out_count(&out, damage->missing, " slots beyond the end of the file, which was cut short");
	if (damage->header)
		out_string(&out, out.length > 0
					 ? ", and what the header does not tell: its counts contradict each other"
					 : "what the header does not tell: its counts contradict each other");
	if (out.length == 0)
		return;
	memory[out.length] = '\0';
	printf("\nNot counted: ");
	paragraph_print(memory, strlen("Not counted: "), 2, width);
}

void
explain_print_text(const struct explanation *explanation)
{
	size_t width = paragraph_width();
	uint64_t flags = 0;

	for (size_t i = 0; i < explanation->count; i++) {
		if (i > 0)
			putchar('\n');
		print_combination(&explanation->combinations[i], explanation->is_trace, width);
		flags |= explanation->combinations[i].creation.flags;
	}
	if (explanation->count == 0)
		printf("No creation system call is in this trace.\n");
	else
		putchar('\n');
	print_flags(flags, width);
	print_signals(explanation, width);
	print_damage(explanation, width);
}
