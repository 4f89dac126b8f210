/* commands.h: the commands on which the shim is held against strace: one table, a line each. */
#ifndef ORACLE_COMMANDS_H
#define ORACLE_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>

#define COMMAND_ARGUMENTS_MAX 8
#define COMMAND_ANY (-1)

struct command {
	const char *name;
	/* NULL-terminated; runs in a fresh directory of its own. argv[0] "demo:NAME" and "victim:NAME" stand for the built programs,
	   "make:" for a build of libcloneshim.so into that directory. */
	const char *argv[COMMAND_ARGUMENTS_MAX + 1];
	const char *script; /* text of a file "script" there; NULL: none */
	const char *setup;  /* sh script run there first, untraced; NULL: none */
	const char *
		varying; /* what differs between runs of the same command, as an extended regular expression; NULL: nothing */
	bool unordered; /* lines of the output come in any order */
	/* A signal handler makes syscalls too: it may run, and its line be written, after the interrupted syscall has returned and
	   before the shim has written that one's line. The order within a task is then not compared. */
	bool handler_makes_syscalls;
	size_t at_least;        /* creation syscalls that must have been compared */
	int threads, processes; /* how many of each it makes; COMMAND_ANY: not checked */
};

extern const struct command commands[];
extern const size_t command_count;

#endif
