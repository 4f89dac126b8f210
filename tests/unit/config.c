/* config.c: the environment variables, good and bad. */
#include "decode/config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "unit/rendered.h"

static struct config config;

static void
parse(const char *entry)
{
	const char *environment[] = {"HOME=/", "CLONESHIM_FORMATS=json", entry, NULL};

	config_parse(&config, environment);
}

Test(config, defaults, .timeout = 20)
{
	parse(NULL);
	cr_assert_str_eq(config.output, "");
	cr_assert_eq(config.format, FORMAT_TEXT);
	cr_assert_eq(config.probe, PROBE_AUTO);
	cr_assert_not(config.help);
	cr_assert_eq(config.complaint_count, 0);
}

Test(config, good_values, .timeout = 20)
{
	parse("CLONESHIM_FORMAT=strace");
	cr_expect_eq(config.format, FORMAT_STRACE);
	parse("CLONESHIM_FORMAT=json");
	cr_expect_eq(config.format, FORMAT_JSON);
	parse("CLONESHIM_PROBE=off");
	cr_expect_eq(config.probe, PROBE_OFF);
	parse("CLONESHIM_PROBE=patch");
	cr_expect_eq(config.probe, PROBE_PATCH);
	parse("CLONESHIM_PROBE=dispatch");
	cr_expect_eq(config.probe, PROBE_DISPATCH);
	cr_expect_eq(config.path, PATH_CREATION);
	parse("CLONESHIM_PATH=full");
	cr_expect_eq(config.path, PATH_FULL);
	parse("CLONESHIM_PATH=creation");
	cr_expect_eq(config.path, PATH_CREATION);
	parse("CLONESHIM_OUTPUT=log.%p");
	cr_expect_str_eq(config.output, "log.%p");
	parse("CLONESHIM_OUTPUT=stderr");
	cr_expect_str_eq(config.output, "");
	parse("CLONESHIM_HELP=");
	cr_expect(config.help);
	cr_expect_eq(config.complaint_count, 0);
}

/* Each says the variable, the value, what is expected, and what is used instead. */
Test(config, bad_values_are_named, .timeout = 20)
{
	parse("CLONESHIM_FORMAT=xml");
	cr_assert_eq(config.complaint_count, 1);
	cr_expect_eq(config.format, FORMAT_TEXT);
	config_out_complaint(rendered_begin(), &config.complaints[0]);
	expect_rendered("cloneshim: CLONESHIM_FORMAT=xml: expected text, strace or json; using text");

	parse("CLONESHIM_PROBE=");
	cr_assert_eq(config.complaint_count, 1);
	cr_expect_eq(config.probe, PROBE_AUTO);
	config_out_complaint(rendered_begin(), &config.complaints[0]);
	expect_rendered("cloneshim: CLONESHIM_PROBE=: expected auto, patch, dispatch or off; using auto");

	parse("CLONESHIM_PATH=all");
	cr_assert_eq(config.complaint_count, 1);
	cr_expect_eq(config.path, PATH_CREATION);
	config_out_complaint(rendered_begin(), &config.complaints[0]);
	expect_rendered("cloneshim: CLONESHIM_PATH=all: expected creation or full; using creation");
}

/* Half an injection would be another one: of a bad expression nothing is used. */
Test(config, injection, .timeout = 20)
{
	parse("CLONESHIM_INJECT=clone3:error=ENOSYS");
	cr_expect_eq(config.complaint_count, 0);
	cr_expect_str_eq(config.inject_text, "clone3:error=ENOSYS");
	parse("CLONESHIM_INJECT=clone3:error=ENOSYS;clone:error=ENOTHING");
	cr_expect_eq(config.complaint_count, 1);
	cr_expect_null(config.inject_text);
	cr_expect_eq(config.inject.rules[3].error, 0);
	config_out_complaint(rendered_begin(), &config.complaints[0]);
	expect_rendered("cloneshim: CLONESHIM_INJECT=clone3:error=ENOSYS;clone:error=ENOTHING: expected "
			"SYSCALL[,…]:error=ERRNO[:when=FIRST[..LAST][+[STEP]]], several with ;; using none");
}

/* What was expected is still said. */
Test(config, value_that_is_too_long_for_a_line, .timeout = 20)
{
	static const char name[] = "CLONESHIM_FORMAT=";
	char value[1000], expected[400];

	memset(value, 'x', sizeof(value));
	memcpy(value, name, sizeof(name) - 1);
	value[sizeof(value) - 1] = '\0';
	parse(value);
	config_out_complaint(rendered_begin(), &config.complaints[0]);
	snprintf(expected, sizeof(expected),
		 "cloneshim: CLONESHIM_FORMAT=%.240s…: expected text, strace or json; using text",
		 value + sizeof(name) - 1);
	expect_rendered(expected);
}

Test(config, value_that_would_forge_a_line, .timeout = 20)
{
	parse("CLONESHIM_FORMAT=a\n[1] process");
	config_out_complaint(rendered_begin(), &config.complaints[0]);
	expect_rendered("cloneshim: CLONESHIM_FORMAT=a\\x0a[1] process: expected text, strace or json; using text");
}

Test(config, path_too_long, .timeout = 20)
{
	char entry[CONFIG_PATH_MAX + 64] = "CLONESHIM_OUTPUT=";
	size_t length = strlen(entry);

	memset(entry + length, 'x', CONFIG_PATH_MAX - 1);
	parse(entry);
	cr_expect_eq(config.complaint_count, 0);
	cr_expect_eq(strlen(config.output), CONFIG_PATH_MAX - 1);
	entry[length + CONFIG_PATH_MAX - 1] = 'x';
	parse(entry);
	cr_expect_eq(config.complaint_count, 1);
	cr_expect_str_eq(config.output, "");
}

Test(config, trace, .timeout = 20)
{
	parse("");
	cr_expect_str_eq(config.trace, "");
	cr_expect_eq(config.trace_size, UINT64_C(64) << 20);
	cr_expect_not(config.output_set);
	parse("CLONESHIM_TRACE=/a/b");
	cr_expect_str_eq(config.trace, "/a/b");
	parse("CLONESHIM_OUTPUT=stderr");
	cr_expect(config.output_set);
}

Test(config, trace_sizes, .timeout = 20)
{
	static const struct {
		const char *entry;
		uint64_t bytes; /* 0: it cannot be used */
	} rows[] = {
		{"CLONESHIM_TRACE_SIZE=131072", 131072},
		{"CLONESHIM_TRACE_SIZE=128K", 131072},
		{"CLONESHIM_TRACE_SIZE=3M", 3 << 20},
		{"CLONESHIM_TRACE_SIZE=2G", UINT64_C(2) << 30},
		{"CLONESHIM_TRACE_SIZE=1024G", UINT64_C(1024) << 30},
		{"CLONESHIM_TRACE_SIZE=1025G", 0},
		{"CLONESHIM_TRACE_SIZE=127K", 0},
		{"CLONESHIM_TRACE_SIZE=0", 0},
		{"CLONESHIM_TRACE_SIZE=", 0},
		{"CLONESHIM_TRACE_SIZE=M", 0},
		{"CLONESHIM_TRACE_SIZE=-1M", 0},
		{"CLONESHIM_TRACE_SIZE=1m", 0},
		{"CLONESHIM_TRACE_SIZE=1MB", 0},
		{"CLONESHIM_TRACE_SIZE=99999999999999999999999999", 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		parse(rows[i].entry);
		cr_expect_eq(config.complaint_count, rows[i].bytes == 0, "%s", rows[i].entry);
		cr_expect_eq(config.trace_size, rows[i].bytes != 0 ? rows[i].bytes : UINT64_C(64) << 20, "%s",
			     rows[i].entry);
	}
}

Test(config, help_has_a_line_a_variable, .timeout = 20)
{
	static const char *const variables[] = {"CLONESHIM_OUTPUT",     "CLONESHIM_FORMAT", "CLONESHIM_TRACE",
						"CLONESHIM_TRACE_SIZE", "CLONESHIM_PROBE",  "CLONESHIM_PATH",
						"CLONESHIM_INJECT",     "CLONESHIM_FOLLOW", "CLONESHIM_HELP"};
	char line[512];
	struct out out;

	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		out_init(&out, line, sizeof(line));
		cr_assert(config_out_help(&out, i + 1));
		line[out.length] = '\0';
		cr_expect_not_null(strstr(line, variables[i]), "%s is not in: %s", variables[i], line);
		cr_expect_not_null(strstr(line, "default"));
	}
	out_init(&out, line, sizeof(line));
	cr_expect_not(config_out_help(&out, sizeof(variables) / sizeof(variables[0]) + 1));
}
