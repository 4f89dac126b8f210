/* inject_rules.c: see inject_rules.h. Pure. */
#include "decode/inject_rules.h"

#include <asm/unistd.h>
#include <stddef.h>

#include "decode/names.h"

#define ERROR_MAX 4095 /* MAX_ERRNO, linux/err.h */
#define NUMBER_MAX 65535

const uint32_t inject_syscalls[INJECT_SYSCALLS] = {__NR_clone, __NR_fork, __NR_vfork, __NR_clone3};

/* A word of the expression: up to the next separator. */
struct word {
	const char *start;
	size_t length;
};

static struct word
next_word(const char **text, const char *separators)
{
	struct word word = {*text, 0};

	for (; **text != '\0'; (*text)++, word.length++)
		for (const char *s = separators; *s != '\0'; s++)
			if (**text == *s)
				return word;
	return word;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static bool
is_word(const struct word *word, const char *string)
{
	for (size_t i = 0; i < word->length; i++)
		if (string[i] == '\0' || lower(word->start[i]) != lower(string[i]))
			return false;
	return string[word->length] == '\0';
}

/* A decimal number from 1 to `most`, at the start of `*text`. */
static bool
parse_number(const char **text, uint32_t most, uint16_t *number)
{
	uint32_t value = 0;

	for (; **text >= '0' && **text <= '9'; (*text)++) {
		value = value * 10 + (uint32_t)(**text - '0');
		if (value > most)
			return false;
	}
	*number = (uint16_t)value;
	return value > 0;
}

static bool
parse_error(const char **text, struct inject_rule *rule)
{
	struct word word;

	if (**text >= '0' && **text <= '9')
		return parse_number(text, ERROR_MAX, &rule->error);
	word = next_word(text, ":;");
	for (int error = 1; error <= ERROR_MAX; error++) {
		const char *name = names_errno(error);

		if (name != NULL && is_word(&word, name)) {
			rule->error = (uint16_t)error;
			return true;
		}
	}
	return false;
}

/* FIRST[..LAST][+[STEP]] */
static bool
parse_when(const char **text, struct inject_rule *rule)
{
	if (!parse_number(text, NUMBER_MAX, &rule->first))
		return false;
	rule->last = 0;
	rule->step = 0;
	if ((*text)[0] == '.' && (*text)[1] == '.') {
		*text += 2;
		if (!parse_number(text, NUMBER_MAX - 1, &rule->last) || rule->last < rule->first)
			return false;
		rule->step = 1;
	}
	if (**text != '+')
		return true;
	(*text)++;
	rule->step = 1;
	return **text < '0' || **text > '9' || parse_number(text, NUMBER_MAX, &rule->step);
}

/* Behind the syscalls: `error=` once, `when=` any number of times, the last of which holds. */
static bool
parse_options(const char **text, struct inject_rule *rule)
{
	*rule = (struct inject_rule){.first = 1, .step = 1};
	while (**text == ':') {
		struct word key;

		(*text)++;
		key = next_word(text, "=:;");
		if (**text != '=')
			return false;
		(*text)++;
		if (is_word(&key, "when") ? !parse_when(text, rule)
					  : !is_word(&key, "error") || rule->error != 0 || !parse_error(text, rule))
			return false;
	}
	return rule->error != 0;
}

/* Which of the syscalls a list names, one bit each; 0: it names others. */
static unsigned
parse_syscalls(const char **text)
{
	unsigned set = 0;

	for (;;) {
		struct word name = next_word(text, ",:;");
		unsigned found = 0;

		for (unsigned i = 0; i < INJECT_SYSCALLS; i++)
			if (is_word(&name, names_creation_syscall(inject_syscalls[i])))
				found = 1u << i;
		if (found == 0)
			return 0;
		set |= found;
		if (**text != ',')
			return set;
		(*text)++;
	}
}

bool
inject_parse(struct inject_rules *rules, const char *text)
{
	*rules = (struct inject_rules){0};
	for (;;) {
		struct inject_rule rule;
		unsigned set = parse_syscalls(&text);

		if (set == 0 || !parse_options(&text, &rule))
			return false;
		for (unsigned i = 0; i < INJECT_SYSCALLS; i++)
			if ((set >> i & 1) != 0)
				rules->rules[i] = rule;
		if (*text == '\0')
			return true;
		if (*text++ != ';')
			return false;
	}
}

bool
inject_strikes(const struct inject_rule *rule, uint64_t number)
{
	if (rule->error == 0 || number < rule->first || (rule->last != 0 && number > rule->last))
		return false;
	return rule->step == 0 ? number == rule->first : (number - rule->first) % rule->step == 0;
}
