/*
 * libc.h: the libcs that the shim is tried on, one table, and the programs that were compiled against them.
 *
 * For the test runner's process only.
 */
#ifndef LIBCS_LIBC_H
#define LIBCS_LIBC_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/run.h"

#define LIBC_OBJECTS_MAX 6

struct libc {
	const char *name;    /* of its folder in build/libcs */
	const char *thread;  /* how the syscall begins that its pthread_create makes, */
	const char *process; /* and the one that its fork makes */
	/* The objects whose code may make tasks, relative to the folder when it has one of its own; libc first. */
	const char *objects[LIBC_OBJECTS_MAX];
	const char *loader;
	const char *left_alone; /* the function whose site is not observed; NULL: there is none */
};

extern const struct libc libcs[];
extern const size_t libc_count;

bool libc_is_here(const struct libc *libc);

/* Skips the test, with the reason, where this libc is not there. */
void libc_require(const struct libc *libc);

/* What the process line must say: "glibc 2.31". Static storage. */
const char *libc_expected_identity(const struct libc *libc);

/* Paths, freed by the caller: of a program that was compiled for this libc, of one of its objects, of its loader. */
char *libc_program(const struct libc *libc, const char *name);
char *libc_object(const struct libc *libc, size_t index);
char *libc_loader(const struct libc *libc);

/* Why there is no such program, freed by the caller; NULL: it is there. */
char *libc_program_missing(const struct libc *libc, const char *name);

/* Runs to its end, asserting that it does; `format` as in run.h. Freed by run_free(). */
void libc_run(struct run *run, const char *const argv[], const char *format);

#endif
