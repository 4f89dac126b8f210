/*
 * explain_input.c: reads flags as people have them: names and numbers, or a line that strace, or cloneshim, has printed. Pure.
 *
 * A line is taken for what the kernel got: so the libc calls that cloneshim prints are refused, whose flags are not the system call's.
 */
#include <ctype.h>
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/explain.h"
#include "decode/names.h"

#define EXPECTED "expected CLONE_ flags, a signal or a number, such as 'CLONE_VM|SIGCHLD' or 0x1200011, or a trace"

enum { WORD_MAX = 64, ERRNO_MAX = 4095 };

struct reader {
	struct explain_combination *combination;
	char *why;
	size_t size;
};

#define FAIL(reader, ...) (snprintf((reader)->why, (reader)->size, __VA_ARGS__), false)

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* The exit signal of this name, as strace writes it or as kill(1) knows it; 0: there is none. */
static uint64_t
signal_by_name(const char *name)
{
	char memory[64];
	struct out out;

	for (int signal = 1; signal <= 64; signal++) {
		out_init(&out, memory, sizeof(memory));
		names_out_signal(&out, (uint64_t)signal);
		memory[out.length] = '\0';
		if (strcmp(memory, name) == 0)
			return (uint64_t)signal;
	}
	return strcmp(name, "SIGPOLL") == 0 ? SIGIO : 0;
}

static uint64_t
flag_by_name(const char *name)
{
	const struct clone_flag *flag = clone_flags;

	while (flag->value != 0 && strcmp(flag->name, name) != 0)
		flag++;
	return flag->value;
}

static bool
take_signal(struct reader *reader, uint64_t signal)
{
	struct creation *creation = &reader->combination->creation;

	if (creation->exit_signal != 0 && creation->exit_signal != signal)
		return FAIL(reader, "two exit signals: expected one at most");
	creation->exit_signal = signal;
	return true;
}

/* For clone the low byte is the exit signal; clone3 has that elsewhere. Which of them is meant, only the bits can tell where nothing else
   does: 0x80 is a flag of clone3, and no signal. */
static bool
take_number(struct reader *reader, uint64_t value)
{
	struct explain_combination *combination = reader->combination;
	uint64_t signal = value & CSIGNAL;

	if (combination->by == CLONE_BY_CLONE)
		value = (uint32_t)value;
	if (combination->by == CLONE_BY_CLONE3 ||
	    (combination->by == CLONE_BY_EITHER && (signal == CLONE_NEWTIME || value > UINT32_MAX)))
		signal = 0;
	combination->creation.flags |= signal != 0 ? value & ~(uint64_t)CSIGNAL : value;
	return signal == 0 || take_signal(reader, signal);
}

static bool
take_word(struct reader *reader, const char *word)
{
	uint64_t flag = flag_by_name(word), signal = signal_by_name(word), value;
	char *end;

	if (flag != 0) {
		reader->combination->creation.flags |= flag;
		return true;
	}
	if (signal != 0)
		return take_signal(reader, signal);
	errno = 0;
	value = strtoull(word, &end, 0);
	if (!isdigit((unsigned char)word[0]) || *end != '\0')
		return FAIL(reader, "'%s': " EXPECTED, word);
	if (errno != 0)
		return FAIL(reader, "%s: expected a number of 64 bits", word);
	return take_number(reader, value);
}

/* Words with |, commas or spaces between them; strace explains bits that it does not know in a comment. */
static bool
take_words(struct reader *reader, const char *text, const char *end)
{
	size_t count = 0;

	while (text < end) {
		char word[WORD_MAX];
		size_t length = 0;

		if (strchr("|, \t\n", *text) != NULL) {
			text++;
			continue;
		}
		if (strncmp(text, "/*", 2) == 0) {
			const char *comment_end = strstr(text, "*/");

			text = comment_end != NULL && comment_end < end ? comment_end + 2 : end;
			continue;
		}
		while (text + length < end && strchr("|, \t\n", text[length]) == NULL)
			length++;
		snprintf(word, sizeof(word), "%.*s", (int)length, text);
		if (length >= sizeof(word))
			return FAIL(reader, "'%.20s…': " EXPECTED, word);
		if (!take_word(reader, word))
			return false;
		text += length;
		count++;
	}
	return count > 0 || FAIL(reader, "no flags: " EXPECTED);
}

/* The value of `name`=… in text up to end, which goes up to *value_end; NULL: it is not there. */
static const char *
find_member(const char *text, const char *end, const char *name, const char **value_end)
{
	size_t length = strlen(name);

	for (const char *at = text; (at = strstr(at, name)) != NULL && at < end; at++) {
		if ((at > text && is_word(at[-1])) || at[length] != '=')
			continue;
		at += length + 1;
		*value_end = at + strcspn(at, ",}) \n");
		/* strace's comment on an unknown bit stands behind a space. */
		if (strncmp(*value_end, " /*", 3) == 0)
			*value_end += strcspn(*value_end, ",})\n");
		return at;
	}
	return NULL;
}

static uint64_t
read_address(const char *text, const char *end, const char *name)
{
	const char *value_end, *value = find_member(text, end, name, &value_end);

	return value != NULL && strncmp(value, "NULL", 4) != 0 ? strtoull(value, NULL, 0) : 0;
}

/* The error of this name; 0: there is none. */
static int
error_by_name(const char *name, size_t length)
{
	for (int error = 1; error <= ERRNO_MAX; error++) {
		const char *known = names_errno(error);

		if (known != NULL && strlen(known) == length && strncmp(known, name, length) == 0)
			return error;
	}
	return 0;
}

/* What stands behind the parenthesis that closes the call, and "="; NULL: no result is shown. */
static const char *
find_result(const char *text)
{
	for (const char *at = text; (at = strchr(at, ')')) != NULL; at++) {
		const char *equals = at + 1 + strspn(at + 1, " ");

		if (*equals == '=' && equals[1] == ' ')
			return equals + 2;
	}
	return NULL;
}

/* "4388", "-1 EINVAL (Invalid argument)", "?": what became of it. */
static bool
take_result(struct reader *reader, const char *text)
{
	struct explain_combination *combination = reader->combination;
	const char *result = find_result(text);
	int error = 0;

	combination->count = 1;
	if (result != NULL && isdigit((unsigned char)*result)) {
		combination->created = 1;
		return true;
	}
	if (result != NULL && strncmp(result, "-1 ", 3) == 0)
		error = error_by_name(result + 3, strspn(result + 3, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"));
	if (error == 0) {
		combination->unreturned = 1;
		return true;
	}
	combination->injected = strstr(result, "(INJECTED)") != NULL;
	return explain_count_error(combination, error) || FAIL(reader, "out of memory");
}

static bool
take_exit_signal(struct reader *reader, const char *arguments, const char *end)
{
	const char *value_end, *value = find_member(arguments, end, "exit_signal", &value_end);
	char word[WORD_MAX];
	uint64_t number;

	if (value == NULL)
		return true;
	snprintf(word, sizeof(word), "%.*s", (int)(value_end - value), value);
	number = signal_by_name(word);
	if (number == 0 && !isdigit((unsigned char)word[0]))
		return FAIL(reader, "exit_signal=%s: expected a signal", word);
	reader->combination->creation.exit_signal = number != 0 ? number : strtoull(word, NULL, 0);
	return true;
}

static bool
take_flags(struct reader *reader, const char *name, const char *arguments)
{
	struct explain_combination *combination = reader->combination;
	const char *end = arguments + strlen(arguments), *written = strstr(arguments, " => "), *value_end, *value;

	if (written != NULL)
		end = written;
	value = find_member(arguments, end, "flags", &value_end);
	if (value == NULL)
		return FAIL(reader, "%s(…) without flags=…: expected a line of strace that has them", name);
	combination->creation.stack =
		read_address(arguments, end, combination->by == CLONE_BY_CLONE ? "child_stack" : "stack");
	combination->stack_known = true;
	return take_words(reader, value, value_end) && take_exit_signal(reader, arguments, end);
}

/* A call of a creation syscall in the line: its name, and where its arguments begin; NULL: there is none. */
static const char *
find_call(const char *text, const char **arguments)
{
	static const char *const names[] = {"clone3", "clone", "vfork", "fork"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t length = strlen(names[i]);

		for (const char *at = text; (at = strstr(at, names[i])) != NULL; at++)
			if ((at == text || !is_word(at[-1])) && at[length] == '(') {
				*arguments = at + length + 1;
				return names[i];
			}
	}
	return NULL;
}

static bool
take_call(struct reader *reader, const char *line, const char *name, const char *arguments)
{
	struct explain_combination *combination = reader->combination;
	const char *newline = strchr(line, '\n');

	if (newline != NULL && newline[strspn(newline, " \t\n")] != '\0')
		return FAIL(reader, "several lines: expected one");
	if (strstr(arguments, ") called from ") != NULL)
		return FAIL(reader, "a call of libc: expected the system call that it became, in the line under it");
	combination->syscall = name;
	combination->by = strcmp(name, "clone3") == 0  ? CLONE_BY_CLONE3
			  : strcmp(name, "clone") == 0 ? CLONE_BY_CLONE
						       : 0;
	if (!take_result(reader, arguments))
		return false;
	if (combination->by != 0)
		return take_flags(reader, name, arguments);
	/* clone(2): what these two have always meant. */
	combination->creation.flags = strcmp(name, "vfork") == 0 ? CLONE_VM | CLONE_VFORK : 0;
	combination->creation.exit_signal = SIGCHLD;
	combination->stack_known = true;
	return true;
}

/* Flags that only clone3 has say that it is meant. */
static bool
settle_syscall(struct reader *reader)
{
	struct explain_combination *combination = reader->combination;

	for (const struct clone_flag *flag = clone_flags; flag->value != 0; flag++) {
		if ((combination->creation.flags & flag->value) == 0 || !flag->only_clone3)
			continue;
		if (combination->by == CLONE_BY_CLONE)
			return FAIL(reader, "%s: expected a flag of clone: only clone3 has this one", flag->name);
		combination->by = CLONE_BY_CLONE3;
	}
	if (combination->by == CLONE_BY_CLONE3)
		combination->syscall = "clone3";
	return true;
}

bool
explain_read(struct explain_combination *combination, const char *text, const char *syscall, char *why, size_t size)
{
	struct reader reader = {combination, why, size};
	const char *arguments, *name = find_call(text, &arguments);

	combination->flags_known = true;
	if (name != NULL) {
		if (syscall != NULL && strcmp(syscall, name) != 0)
			return FAIL(&reader, "a line with %s, and --syscall=%s: expected one of them", name, syscall);
		return take_call(&reader, text, name, arguments) && (combination->by == 0 || settle_syscall(&reader));
	}
	combination->syscall = syscall;
	combination->by = syscall == NULL                  ? CLONE_BY_EITHER
			  : strcmp(syscall, "clone3") == 0 ? CLONE_BY_CLONE3
							   : CLONE_BY_CLONE;
	return take_words(&reader, text, text + strlen(text)) && settle_syscall(&reader);
}
