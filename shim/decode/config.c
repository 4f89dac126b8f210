/* config.c: the environment variables as one table; see config.h. Calls nothing but the bounded writer. */
#include "decode/config.h"

#include <string.h>

#include "decode/strings.h"

#define TRACE_SIZE_MIN (UINT64_C(128) << 10)
#define TRACE_SIZE_MAX (UINT64_C(1024) << 30)

/* What is said about a value that no parser takes is made from the same table as the help. */
struct variable {
	char name[24];
	char values[88]; /* for people: what is expected */
	char fallback[16];
	char meaning[72];
	/* False: `value` cannot be used, and the default stays. */
	bool (*parse)(struct config *config, const char *value);
};

static bool
parse_output(struct config *config, const char *value)
{
	size_t length = string_length(value);

	if (length == 0 || length >= sizeof(config->output))
		return false;
	if (string_equal(value, "stderr"))
		config->output[0] = '\0';
	else
		memcpy(config->output, value, length + 1);
	config->output_set = true;
	return true;
}

static const struct {
	enum format_id format;
	char name[12];
} formats[] = {
#define FORMAT_LINE(id, name, before) {FORMAT_##id, #name},
	FORMATS(FORMAT_LINE)
#undef FORMAT_LINE
};

/* "text, strace or json" */
#define FORMAT_IN_LIST(id, name, before) before #name

static bool
parse_format(struct config *config, const char *value)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (!string_equal(value, formats[i].name))
			continue;
		config->format = formats[i].format;
		return true;
	}
	return false;
}

static bool
parse_probe(struct config *config, const char *value)
{
	if (string_equal(value, "auto"))
		config->probe = PROBE_AUTO;
	else if (string_equal(value, "patch"))
		config->probe = PROBE_PATCH;
	else if (string_equal(value, "dispatch"))
		config->probe = PROBE_DISPATCH;
	else if (string_equal(value, "off"))
		config->probe = PROBE_OFF;
	else
		return false;
	return true;
}

static bool
parse_path(struct config *config, const char *value)
{
	config->path = string_equal(value, "full") ? PATH_FULL : PATH_CREATION;
	return config->path == PATH_FULL || string_equal(value, "creation");
}

static bool
parse_inject(struct config *config, const char *value)
{
	if (!inject_parse(&config->inject, value)) {
		config->inject = (struct inject_rules){0};
		return false;
	}
	config->inject_text = value;
	return true;
}

static bool
parse_trace(struct config *config, const char *value)
{
	size_t length = string_length(value);

	if (length == 0 || length >= sizeof(config->trace))
		return false;
	memcpy(config->trace, value, length + 1);
	return true;
}

/* "64M": a number and what it counts, K, M or G. */
static bool
parse_trace_size(struct config *config, const char *value)
{
	uint64_t size = 0;
	unsigned shift = 0;

	if (*value < '0' || *value > '9')
		return false;
	for (; *value >= '0' && *value <= '9'; value++) {
		size = size * 10 + (uint64_t)(*value - '0');
		if (size > TRACE_SIZE_MAX)
			return false;
	}
	if (*value == 'K' || *value == 'M' || *value == 'G')
		shift = *value == 'K' ? 10 : *value == 'M' ? 20 : 30, value++;
	if (*value != '\0' || size > TRACE_SIZE_MAX >> shift || size << shift < TRACE_SIZE_MIN)
		return false;
	config->trace_size = size << shift;
	return true;
}

static bool
parse_follow(struct config *config, const char *value)
{
	config->follow = string_equal(value, "1");
	return config->follow || string_equal(value, "0");
}

static bool
parse_help(struct config *config, const char *value)
{
	(void)value;
	config->help = true;
	return true;
}

static const struct variable variables[] = {
	{"CLONESHIM_OUTPUT", "stderr, or a file's path below 1024 bytes; %p becomes the pid", "stderr",
	 "where the log goes", parse_output},
	{"CLONESHIM_FORMAT", FORMATS(FORMAT_IN_LIST), "text", "for people, as strace -f -o writes it, or JSON Lines",
	 parse_format},
	{"CLONESHIM_TRACE", "a file's path below 1024 bytes", "none", "record into a trace, and show nothing live",
	 parse_trace},
	{"CLONESHIM_TRACE_SIZE", "bytes, with K, M or G, from 128K to 1024G", "64M", "room in a new trace",
	 parse_trace_size},
	{"CLONESHIM_PROBE", "auto, patch, dispatch or off", "auto", "how system calls are observed", parse_probe},
	{"CLONESHIM_PATH", "creation or full", "creation", "which system calls of a libc call are shown", parse_path},
	{"CLONESHIM_INJECT", "SYSCALL[,…]:error=ERRNO[:when=FIRST[..LAST][+[STEP]]], several with ;", "none",
	 "creation system calls that fail on purpose, as in strace", parse_inject},
	{"CLONESHIM_FOLLOW", "1 or 0", "0", "put LD_PRELOAD and CLONESHIM_* back where a program clears them",
	 parse_follow},
	{"CLONESHIM_HELP", "set", "unset", "print this table and exit", parse_help},
};

#define VARIABLE_COUNT (sizeof(variables) / sizeof(variables[0]))

/* The value in an entry "NAME=VALUE" of the environment; NULL when it is another variable's. */
static const char *
value_of(const char *entry, const char *name)
{
	while (*name != '\0')
		if (*entry++ != *name++)
			return NULL;
	return *entry == '=' ? entry + 1 : NULL;
}

static const char *
find_value(const char *const *environment, const char *name)
{
	for (; *environment != NULL; environment++) {
		const char *value = value_of(*environment, name);

		if (value != NULL)
			return value;
	}
	return NULL;
}

void
config_parse(struct config *config, const char *const *environment)
{
	config->output_set = false;
	config->output[0] = '\0';
	config->trace[0] = '\0';
	config->trace_size = UINT64_C(64) << 20;
	config->format = FORMAT_TEXT;
	config->probe = PROBE_AUTO;
	config->path = PATH_CREATION;
	config->follow = false;
	config->help = false;
	config->inject = (struct inject_rules){0};
	config->inject_text = NULL;
	config->complaint_count = 0;
	for (size_t i = 0; i < VARIABLE_COUNT; i++) {
		const struct variable *variable = &variables[i];
		const char *value = find_value(environment, variable->name);

		if (value != NULL && !variable->parse(config, value))
			config->complaints[config->complaint_count++] =
				(struct config_complaint){variable->name, value, variable->values, variable->fallback};
	}
}

#define COMPLAINT_VALUE_MAX 240 /* of a value's characters: what was expected must have its place behind them */

/* The value, and "…" where it is longer. */
static void
out_value(struct out *out, const char *value)
{
	size_t limited = out_limit(out, COMPLAINT_VALUE_MAX);

	out_escaped(out, value);
	out_unlimit(out, limited);
	if (!out->cut || out->size - out->length < sizeof("…") + 4)
		return; /* it is whole, or it is the line that has no more room */
	out->cut = false;
	out_string(out, "…");
}

void
config_out_complaint(struct out *out, const struct config_complaint *complaint)
{
	out_string(out, "cloneshim: ");
	out_string(out, complaint->variable);
	out_char(out, '=');
	out_value(out, complaint->value);
	out_string(out, ": expected ");
	out_string(out, complaint->expected);
	out_string(out, "; using ");
	out_string(out, complaint->used);
}

bool
config_out_help(struct out *out, size_t number)
{
	if (number == 0) {
		out_string(out, "libcloneshim.so: environment variables, read once when a program starts");
		return true;
	}
	if (number > VARIABLE_COUNT)
		return false;
	const struct variable *variable = &variables[number - 1];

	out_string(out, "  ");
	out_string(out, variable->name);
	out_pad(out, 20);
	out_string(out, variable->meaning);
	out_string(out, ": ");
	out_string(out, variable->values);
	out_string(out, " (default: ");
	out_string(out, variable->fallback);
	out_char(out, ')');
	return true;
}
