/*
 * program_check.h: whether a program can be run, and traced, and why not: from its file alone, without running it.
 *
 * The shim comes into a program with the loader (ld.so(8), LD_PRELOAD). So what counts is the program that the kernel really
 * loads: of a script, the one behind its "#!".
 */
#ifndef CLI_PROGRAM_CHECK_H
#define CLI_PROGRAM_CHECK_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "cli/elf_program.h"

#define PROGRAM_SCRIPTS_MAX 5 /* scripts run by scripts: fs/exec.c, exec_binprm() */

enum program_problem {
	PROGRAM_NO_PROBLEM,
	/* It cannot be run. */
	PROGRAM_MISSING,
	PROGRAM_FORBIDDEN, /* a directory, or without permission */
	PROGRAM_UNKNOWN_FORMAT,
	PROGRAM_OTHER_MACHINE,
	PROGRAM_INTERPRETER_MISSING, /* what its "#!" names, or its loader */
	/* It can be run, and not traced. */
	PROGRAM_32_BIT,
	PROGRAM_STATIC,
	PROGRAM_PRIVILEGED,
};

enum program_privilege {
	PRIVILEGE_NONE,
	PRIVILEGE_SETUID,
	PRIVILEGE_SETGID,
	PRIVILEGE_CAPABILITIES,
};

struct program_check {
	enum program_problem problem;
	char why[512];                        /* with a problem: one line, without the program's name */
	const char *advice;                   /* what to do about it; NULL: nothing. Static storage */
	char path[PATH_MAX];                  /* where it was found; "": nowhere */
	char lines[PROGRAM_SCRIPTS_MAX][256]; /* the "#!" line that was followed, of each script */
	char loaded[PATH_MAX];                /* the ELF file that the kernel loads in the end */
	size_t script_count;
	bool is_read; /* the file could be looked into: `elf` is valid */
	struct elf_program elf;
	enum program_privilege privilege; /* that its file gives … */
	bool privilege_has_effect;        /* … to us */
};

/* Looks for `name` as execvp(3) does, and into what it finds. */
void program_check(struct program_check *check, const char *name);

/* Whether it can be run at all; what else is wrong then only keeps it from being traced. */
bool program_check_can_run(const struct program_check *check);

/* What a shell exits with when it cannot run it: 127 (not found) or 126; 0: it can be run. */
int program_check_exit_status(const struct program_check *check);

#endif
