/* run_environment.h: the environment that `cloneshim run` gives to the program, made from its options. */
#ifndef CLI_RUN_ENVIRONMENT_H
#define CLI_RUN_ENVIRONMENT_H

#include <stdbool.h>

/* The options' values; NULL: not given, and what the user's environment says holds. */
struct run_options {
	const char *trace; /* as it was given */
	const char *size, *format, *probe, *path, *inject, *output;
	bool follow;
	bool quiet;     /* no part of the environment */
	char **program; /* NULL-terminated arguments */
};

/* What variable VARIABLE cannot take: what is expected instead; NULL: `value` can be used. As the shim sees it. */
const char *run_environment_refusal(const char *variable, const char *value);

/* Makes the change in this process's own environment. Paths are made absolute: the program may change its directory before it starts
   another one. False: there is no memory. */
bool run_environment_set(const struct run_options *options, const char *shim);

/* `path` from the root, to be freed. NULL with errno set: it cannot be told. */
char *run_environment_absolute(const char *path);

#endif
