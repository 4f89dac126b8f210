/* arguments.c: see arguments.h. */
#include "cli/arguments.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"

bool
argument_number(const char *text, long least, long most, long *number)
{
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return false;
	errno = 0;
	*number = strtol(text, &end, 10);
	return errno == 0 && *end == '\0' && *number >= least && *number <= most;
}

static const struct unit {
	char name[4];
	uint64_t ns;
} units[] = {{"", 1000000000}, {"ns", 1},         {"us", 1000},
	     {"ms", 1000000},  {"s", 1000000000}, {"m", UINT64_C(60000000000)}};

static uint64_t
unit_by_name(const char *name)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(units[i].name, name) == 0)
			return units[i].ns;
	return 0;
}

/* Digits before and after a point, whatever the locale's point is. */
bool
argument_time(const char *text, uint64_t *ns)
{
	const char *end = text + strspn(text, "0123456789.");
	uint64_t unit = unit_by_name(end), part = unit;
	const char *c;

	if (unit == 0 || strcspn(text, "0123456789") >= (size_t)(end - text))
		return false;
	*ns = 0;
	for (c = text; c < end && *c != '.'; c++)
		if (__builtin_mul_overflow(*ns, 10, ns) || __builtin_add_overflow(*ns, unit * (uint64_t)(*c - '0'), ns))
			return false;
	for (c += c < end; c < end; c++) {
		if (*c == '.')
			return false;
		part /= 10;
		if (__builtin_add_overflow(*ns, part * (uint64_t)(*c - '0'), ns))
			return false;
	}
	return true;
}

error_t
argument_trace(int key, const char *value, struct argp_state *state, const char **path)
{
	if (key == ARGP_KEY_ARG && state->arg_num > 0)
		argp_failure(state, EXIT_USAGE, 0, "%s: expected one trace", value);
	if (key == ARGP_KEY_NO_ARGS)
		argp_failure(state, EXIT_USAGE, 0, "expected a trace");
	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	*path = value;
	return 0;
}
