/* main.c: the cloneshim command: finds the subcommand and hands over. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cloneshim/version.h"

static const struct {
	const char *name, *does;
	int (*run)(int argc, char **argv);
} commands[] = {
#define COMMAND_LINE(name, does) {#name, does, command_##name},
	COMMANDS(COMMAND_LINE)
#undef COMMAND_LINE
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static void
print_help(FILE *to)
{
	fprintf(to, "Usage: cloneshim COMMAND [OPTION...] [ARGUMENT...]\n"
		    "See what threads and processes a program creates: libc's calls, and the system calls that they "
		    "become.\n\n");
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(to, "  %-10s %s\n", commands[i].name, commands[i].does);
	fprintf(to, "\n`cloneshim COMMAND --help` says more, `cloneshim --version` which one this is. For example:\n\n"
		    "  cloneshim run -o make.trace make -j2\n"
		    "  cloneshim tree make.trace\n");
}

static int
refuse(const char *name)
{
	fprintf(stderr, "cloneshim: %s: expected a command, one of", name);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(stderr, "%s %s", i == 0 ? "" : ",", commands[i].name);
	fputc('\n', stderr);
	return EXIT_USAGE;
}

/* argp says argv[0] in its help and its errors. */
static int
hand_over(size_t command, int argc, char **argv)
{
	static char name[64];

	snprintf(name, sizeof(name), "cloneshim %s", commands[command].name);
	argv[0] = name;
	return commands[command].run(argc, argv);
}

int
main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "nothing given";

	if (argc > 1 && (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0)) {
		print_help(stdout);
		return 0;
	}
	if (argc > 1 && (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)) {
		printf("cloneshim %s\n", CLONESHIM_VERSION);
		return 0;
	}
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(name, commands[i].name) == 0)
			return hand_over(i, argc - 1, argv + 1);
	return refuse(name);
}
