/*
 * command.h: the subcommands of cloneshim, as one table.
 *
 * COMMAND(name, what it does, in one line). A subcommand NAME is the file command_NAME.c, which defines command_NAME(). To add one, add
 * its line and its file, and describe it in docs/cloneshim.1.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#define COMMANDS(COMMAND)                                                                               \
	COMMAND(run, "run a program under the shim, and record a trace or show it live")                \
	COMMAND(show, "print a trace as text, as strace would, or as JSON Lines")                       \
	COMMAND(tree, "draw who created whom")                                                          \
	COMMAND(summary, "add a trace up: per call and system call, how often, how long, which errors") \
	COMMAND(compare, "put traces side by side: which system calls a call became, with which flags") \
	COMMAND(explain, "say what the flags of a creation mean, and what they amount to")              \
	COMMAND(doctor, "say what works on this machine, and whether a program can be traced")

/* argv[0] is "cloneshim NAME". Returns the exit status of cloneshim. */
#define COMMAND_DECLARATION(name, does) int command_##name(int argc, char **argv);
COMMANDS(COMMAND_DECLARATION)
#undef COMMAND_DECLARATION

/* Bad usage, and what an input that cannot be used costs. */
#define EXIT_USAGE 2

#endif
