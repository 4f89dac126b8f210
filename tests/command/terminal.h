/* terminal.h: a program on a terminal of its own, which the test types at. */
#ifndef COMMAND_TERMINAL_H
#define COMMAND_TERMINAL_H

#include <stddef.h>
#include <sys/types.h>

struct terminal {
	pid_t pid; /* leads the terminal's session and foreground process group */
	int fd;
	char text[16384]; /* all that was printed, and echoed */
	size_t length;
};

/* Starts a program; fails the test if that cannot be done. */
void terminal_start(struct terminal *terminal, const char *const *argv);

/* Waits, for a bounded time, until `text` was printed behind the first `from` bytes; fails the test if it was not. Returns the place
   behind it. */
size_t terminal_expect(struct terminal *terminal, size_t from, const char *text);

void terminal_type(struct terminal *terminal, const char *text);

/* Waits for the end. Returns the exit status, or 128 + signal number. */
int terminal_finish(struct terminal *terminal);

#endif
