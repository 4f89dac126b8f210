/*
 * config.h: the CLONESHIM_* environment variables.
 *
 * Parsing is pure: it reads the strings that it is given and writes the struct, and is tested on its own. The shim parses in its
 * constructor; `cloneshim run` checks its options with it.
 */
#ifndef DECODE_CONFIG_H
#define DECODE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decode/formats.h"
#include "decode/inject_rules.h"
#include "decode/out.h"

#define CONFIG_PATH_MAX 1024 /* also the room that a path takes on a traced thread's stack */

enum config_probe {
	PROBE_AUTO,
	PROBE_PATCH,
	PROBE_DISPATCH,
	PROBE_OFF,
};

/* Which system calls of a libc call are observed. */
enum config_path {
	PATH_CREATION, /* those that create tasks */
	PATH_FULL,     /* all of them */
};

/* A value that could not be used. */
struct config_complaint {
	const char *variable;
	const char *value; /* borrowed from the environment */
	const char *expected;
	const char *used; /* what holds instead */
};

#define CONFIG_COMPLAINTS_MAX 12 /* more than there are variables */

struct config {
	bool output_set;              /* there is live output, even beside a trace */
	char output[CONFIG_PATH_MAX]; /* "": standard error. A path, in which %p stands for the pid */
	char trace[CONFIG_PATH_MAX];  /* "": nothing is recorded */
	uint64_t trace_size;          /* bytes, for a trace that is not there yet */
	enum format_id format;
	enum config_probe probe;
	enum config_path path;
	bool follow;
	bool help;
	struct inject_rules inject;
	const char *inject_text; /* borrowed from the environment; NULL: nothing is injected */
	struct config_complaint complaints[CONFIG_COMPLAINTS_MAX];
	size_t complaint_count;
};

/* Reads a NULL-terminated environment. Always gives a usable configuration; what it could not use stands in the complaints. */
void config_parse(struct config *config, const char *const *environment);

/* "cloneshim: CLONESHIM_FORMAT=xml: expected text, strace or json; using text". */
void config_out_complaint(struct out *out, const struct config_complaint *complaint);

/* Writes line `number` (0 is the first) of the table that CLONESHIM_HELP prints. False past the last. */
bool config_out_help(struct out *out, size_t number);

#endif
