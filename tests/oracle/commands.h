/* commands.h: the commands on which the shim is held against strace: one table, a line each. */
#ifndef ORACLE_COMMANDS_H
#define ORACLE_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>

#define COMMAND_ARGUMENTS_MAX 14
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
	bool unordered;             /* lines of the output come in any order */
	const char *needs[3];       /* further programs in PATH that it uses; without one the command is skipped */
	const char *preload_before; /* objects that are preloaded with the shim, by a name that ld.so(8) finds */
	const char *preload_after;
	/* Part of the output that says that all is well: it is looked for, together with an exit status of 0, and only without it is
	   the command run bare and its output compared. For what takes long. */
	const char *verdict;
	/* A command may take more work by itself than under strace: then it stands in the table twice. */
	enum { RUN_ALL, RUN_WITHOUT_STRACE, RUN_UNDER_STRACE } runs;
	/* Libc calls that pass the shim by, so that their syscalls stand under no call: an object that is loaded behind the shim looked
	   libc's function up with dlsym(RTLD_NEXT), dlsym(3). */
	size_t calls_past_the_shim;
	int timeout_s; /* for each run; 0: 100 */
	/* A signal handler makes syscalls too: it may run, and its line be written, after the interrupted syscall has returned and
	   before the shim has written that one's line. The order within a task is then not compared. */
	bool handler_makes_syscalls;
	size_t at_least;        /* creation syscalls that must have been compared */
	int threads, processes; /* how many of each it makes; COMMAND_ANY: not checked */
};

extern const struct command commands[];
extern const size_t command_count;

#endif
