/* explain_json.c: an explanation as one JSON object. Bit masks are strings in hexadecimal, counts are numbers, absence is null. */
#include <jansson.h>
#include <stdio.h>

#include "cli/explain.h"
#include "cli/json_value.h"
#include "decode/names.h"

enum { TEXT_MAX = 2048 };

static json_t *
text_of(const struct out *out)
{
	return json_stringn(out->text, out->length);
}

static json_t *
hexadecimal(uint64_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "%#lx", value);
	return json_string(value != 0 ? text : "0x0");
}

static json_t *
signal_name(uint64_t signal)
{
	char memory[64];
	struct out out;

	out_init(&out, memory, sizeof(memory));
	names_out_signal(&out, signal);
	if (signal == 0)
		return json_null();
	if (signal > INT64_MAX) /* clone3(2) takes 64 bits: they are shown as they are */
		return hexadecimal(signal);
	return signal > 64 ? json_integer((json_int_t)signal) : text_of(&out);
}

static json_t *
optional(const char *text)
{
	return text != NULL && text[0] != '\0' ? json_string(text) : json_null();
}

static json_t *
syscalls(unsigned by)
{
	json_t *array = json_array();

	if ((by & CLONE_BY_CLONE) != 0)
		json_array_append_new(array, json_string("clone"));
	if ((by & CLONE_BY_CLONE3) != 0)
		json_array_append_new(array, json_string("clone3"));
	return array;
}

static json_t *
flag_names(uint64_t flags)
{
	json_t *array = json_array();

	for (const struct clone_flag *flag = clone_flags; flag->value != 0; flag++)
		if ((flags & flag->value) != 0)
			json_array_append_new(array, json_string(flag->name));
	return array;
}

static json_t *
rule_object(const struct clone_rule *rule)
{
	char memory[TEXT_MAX];
	struct out out;

	out_init(&out, memory, sizeof(memory));
	explain_rule(&out, rule);
	return json_pack("{s:o, s:s, s:o, s:o, s:o}", "rule", text_of(&out), "because", rule->because, "syscalls",
			 syscalls(rule->by), "since", optional(rule->since), "until", optional(rule->until));
}

static json_t *
broken_rules(const struct explain_combination *combination)
{
	json_t *array = json_array();
	const struct clone_rule *rule = NULL;

	while ((rule = explain_broken_rule(combination, rule)) != NULL)
		json_array_append_new(array, rule_object(rule));
	return array;
}

static json_t *
errors_object(const struct explain_combination *combination)
{
	json_t *object = json_object();
	char number[16];

	for (size_t i = 0; i < combination->error_count; i++) {
		const char *name = names_errno(combination->errors[i].error);

		snprintf(number, sizeof(number), "%d", combination->errors[i].error);
		json_object_set_new(object, name != NULL ? name : number,
				    json_integer((json_int_t)combination->errors[i].count));
	}
	return object;
}

/* [{"api": "pthread_create", "observed": true, "count": 2}]. api is null where there was no libc call, and, with observed false, where
   there was one that is not in the trace. */
static json_t *
callers_array(const struct explain_combination *combination)
{
	json_t *array = json_array();

	for (size_t caller = 0; caller < EXPLAIN_CALLER_COUNT; caller++)
		if (combination->callers[caller] > 0)
			json_array_append_new(array, json_pack("{s:o, s:b, s:I}", "api",
							       caller < LIBC_CALL_COUNT
								       ? json_string(explain_caller_name(caller))
								       : json_null(),
							       "observed", caller != EXPLAIN_CALL_UNKNOWN, "count",
							       (json_int_t)combination->callers[caller]));
	return array;
}

/* What was counted; null of what was only written down. */
static json_t *
observed_object(const struct explain_combination *combination, bool is_trace)
{
	if (combination->count == 0)
		return json_null();
	return json_pack("{s:I, s:I, s:o, s:I, s:I, s:o}", "count", (json_int_t)combination->count, "created",
			 (json_int_t)combination->created, "errors", errors_object(combination), "injected",
			 (json_int_t)combination->injected, "unreturned", (json_int_t)combination->unreturned, "calls",
			 is_trace ? callers_array(combination) : json_null());
}

static json_t *
combination_object(const struct explain_combination *combination, bool is_trace)
{
	const struct creation *creation = &combination->creation;
	bool known = combination->flags_known;
	char memory[TEXT_MAX];
	struct out out;

	out_init(&out, memory, sizeof(memory));
	explain_amounts_to(&out, combination);
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o}", "syscall", optional(combination->syscall), "flags",
			 known ? flag_names(creation->flags) : json_null(), "flags_value",
			 known ? hexadecimal(creation->flags) : json_null(), "exit_signal",
			 known ? signal_name(creation->exit_signal) : json_null(), "amounts_to", text_of(&out),
			 "refused", explain_is_refused(combination), "broken_rules", broken_rules(combination),
			 "observed", observed_object(combination, is_trace));
}

static json_t *
flag_object(const struct clone_flag *flag)
{
	json_t *rules = json_array();

	for (const struct clone_rule *rule = clone_rules; rule->by != 0; rule++)
		if (rule->flag == flag->value || (rule->relation == CLONE_EXCLUDES && rule->other == flag->value))
			json_array_append_new(rules, rule_object(rule));
	return json_pack("{s:s, s:o, s:s, s:s, s:s, s:o, s:o}", "name", flag->name, "value", hexadecimal(flag->value),
			 "meaning", flag->meaning, "detail", flag->detail, "since", flag->since, "syscalls",
			 syscalls(flag->only_clone3 ? CLONE_BY_CLONE3 : CLONE_BY_EITHER), "rules", rules);
}

static json_t *
flags_array(uint64_t flags)
{
	json_t *array = json_array();

	for (const struct clone_flag *flag = clone_flags; flag->value != 0; flag++)
		if ((flags & flag->value) != 0)
			json_array_append_new(array, flag_object(flag));
	return array;
}

/* What of the trace could not be read, and was not counted. */
static json_t *
damage_object(const struct explanation *explanation)
{
	if (!explanation->is_trace)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:b}", "lost", json_value_number(explanation->damage.lost), "unfinished",
			 json_value_number(explanation->damage.unfinished), "damaged",
			 json_value_number(explanation->damage.damaged), "missing",
			 json_value_number(explanation->damage.missing), "header", explanation->damage.header);
}

bool
explain_print_json(const struct explanation *explanation)
{
	json_t *combinations = json_array(), *object;
	uint64_t flags = 0;
	bool is_printed;

	for (size_t i = 0; i < explanation->count; i++) {
		json_array_append_new(combinations,
				      combination_object(&explanation->combinations[i], explanation->is_trace));
		flags |= explanation->combinations[i].creation.flags;
	}
	object = json_pack("{s:i, s:o, s:o, s:o}", "schema", 1, "combinations", combinations, "flags",
			   flags_array(flags), "damage", damage_object(explanation));
	is_printed = object != NULL && json_dumpf(object, stdout, JSON_INDENT(2)) == 0;
	json_decref(object);
	putchar('\n');
	return is_printed;
}
