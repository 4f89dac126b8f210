/* run_environment.c: see run_environment.h. */
#include "cli/run_environment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "decode/config.h"

const char *
run_environment_refusal(const char *variable, const char *value)
{
	static struct config config;
	const char *environment[] = {NULL, NULL}, *expected = "less text";
	char *entry;

	if (asprintf(&entry, "%s=%s", variable, value) < 0)
		return expected;
	environment[0] = entry;
	config_parse(&config, environment);
	expected = config.complaint_count > 0 ? config.complaints[0].expected : NULL;
	free(entry);
	return expected;
}

char *
run_environment_absolute(const char *path)
{
	char *directory, *absolute;

	if (path[0] == '/')
		return strdup(path);
	directory = getcwd(NULL, 0);
	if (directory == NULL)
		return NULL;
	if (asprintf(&absolute, "%s/%s", strcmp(directory, "/") == 0 ? "" : directory, path) < 0)
		absolute = NULL;
	free(directory);
	return absolute;
}

static bool
set_path(const char *variable, const char *path)
{
	char *absolute = run_environment_absolute(path);
	bool is_set = absolute != NULL && setenv(variable, absolute, 1) == 0;

	free(absolute);
	return is_set;
}

/* Ahead of what is there: the shim then sees the calls of other preloaded objects as well. */
static bool
set_preload(const char *shim)
{
	const char *present = getenv("LD_PRELOAD");
	size_t length = strlen(shim);
	bool is_set;
	char *value;

	if (present == NULL || present[0] == '\0')
		return setenv("LD_PRELOAD", shim, 1) == 0;
	if (strncmp(present, shim, length) == 0 && strchr(": ", present[length]) != NULL)
		return true; /* `cloneshim run` in a program that it runs; strchr() finds the end as well */
	if (asprintf(&value, "%s:%s", shim, present) < 0)
		return false;
	is_set = setenv("LD_PRELOAD", value, 1) == 0;
	free(value);
	return is_set;
}

/* With a trace there is live output only for those who ask for it. */
static bool
set_output(const struct run_options *options)
{
	if (options->output != NULL && strcmp(options->output, "stderr") != 0)
		return set_path("CLONESHIM_OUTPUT", options->output);
	if (options->output != NULL)
		return setenv("CLONESHIM_OUTPUT", "stderr", 1) == 0;
	if (options->trace == NULL)
		return true;
	return options->format == NULL ? unsetenv("CLONESHIM_OUTPUT") == 0
				       : setenv("CLONESHIM_OUTPUT", "stderr", 0) == 0;
}

static bool
set_if_given(const char *variable, const char *value)
{
	return value == NULL || setenv(variable, value, 1) == 0;
}

bool
run_environment_set(const struct run_options *options, const char *shim)
{
	return set_preload(shim) && (options->trace == NULL || set_path("CLONESHIM_TRACE", options->trace)) &&
	       set_output(options) && set_if_given("CLONESHIM_TRACE_SIZE", options->size) &&
	       set_if_given("CLONESHIM_FORMAT", options->format) && set_if_given("CLONESHIM_PROBE", options->probe) &&
	       set_if_given("CLONESHIM_PATH", options->path) && set_if_given("CLONESHIM_INJECT", options->inject) &&
	       set_if_given("CLONESHIM_FOLLOW", options->follow ? "1" : NULL);
}
