/*
 * run.h: runs a victim program, bare or under the shim, and keeps everything that it left.
 *
 * For the test runner's process only; the shim is never loaded into the runner itself. A program that does not end in time is
 * killed, and so is whatever it left running in its process group.
 */
#ifndef HARNESS_RUN_H
#define HARNESS_RUN_H

#include <stdbool.h>
#include <stddef.h>

struct run {
	/* what to run; set by the caller, zero means the default */
	const char *const *argv; /* NULL-terminated; argv[0] is looked up in PATH when it has no slash */
	const char *const
		*environment;       /* NULL-terminated NAME=VALUE, added to ours; NAME alone removes it; may be NULL */
	const char *format;         /* load the shim, logging to a fresh file in this format; NULL: do not load it */
	const char *preload_before; /* path of an object to preload before the shim, and one after it; NULL: none */
	const char *preload_after;
	const char *input;       /* text for standard input; NULL: /dev/null */
	const char *directory;   /* working directory; NULL: ours */
	int timeout_s;           /* 0: 60 */
	bool errors_reader_gone; /* standard error is a pipe that nobody reads any more */

	/* what it left; set by run_program(), freed by run_free() */
	int status; /* exit status, or 128 + signal number */
	bool timed_out;
	char *output; /* standard output, NUL-terminated */
	char *errors; /* standard error, NUL-terminated */
	char *log;    /* what the shim logged, NUL-terminated; "" when it was not loaded */
	size_t output_size, errors_size, log_size;
};

/* Runs it to its end. Returns 0, or -errno when the program could not be started or its output not be read. */
int run_program(struct run *run);
void run_free(struct run *run);

/* Path of the built libcloneshim.so, of a program built from tests/system/programs or demos, and of an object built from
   tests/system/preloads, by name. Static storage, overwritten by the next call of the same function. */
const char *run_shim_path(void);
const char *run_victim(const char *name);
const char *run_demo(const char *name);
const char *run_preload(const char *name);

/* Is there such a program in PATH? */
bool run_program_exists(const char *name);

/* Number of lines in `text` that contain `part`; number of lines when `part` is NULL. */
size_t run_count_lines(const char *text, const char *part);

/* Number of lines in `text` that match the extended regular expression `pattern`. */
size_t run_count_matches(const char *text, const char *pattern);

/* A fresh directory, to be freed and removed by run_scratch_remove(); NULL with errno set when it cannot be made. */
char *run_scratch(void);
void run_scratch_remove(char *path);

/* "directory/name"; freed by the caller. */
char *run_join_path(const char *directory, const char *name);

/* The whole file, NUL-terminated, freed by the caller; NULL with errno set when it cannot be read. `size` may be NULL. */
char *run_read_file(const char *path, size_t *size);

#endif
