/*
 * interpose_shell.c: the functions that fork on the program's behalf: system(3), popen(3), wordexp(3), forkpty(3), daemon(3).
 * Hot path; forwards to libc.
 */
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <wordexp.h>

#include "preload/interpose.h"

EXPORT int
system(const char *command)
{
	INTERPOSE_CALL(int, SYSTEM, (const char *), (command), -1, W(command));
}

EXPORT FILE *
popen(const char *command, const char *type)
{
	INTERPOSE_CALL(FILE *, POPEN, (const char *, const char *), (command, type), NULL, W(command), W(type));
}

EXPORT int
wordexp(const char *restrict s, wordexp_t *restrict p, int flags)
{
	INTERPOSE_CALL(int, WORDEXP, (const char *, wordexp_t *, int), (s, p, flags), WRDE_NOSPACE, W(s), W(p),
		       W(flags));
}

/* Like fork, it returns in the child as well, with 0. */
EXPORT int
forkpty(int *amaster, char *name, const struct termios *termp, const struct winsize *winp)
{
	INTERPOSE_CALL(int, FORKPTY, (int *, char *, const struct termios *, const struct winsize *),
		       (amaster, name, termp, winp), -1, W(amaster), W(name), W(termp), W(winp));
}

/* Returns in the child only: the parent has ended inside. */
EXPORT int
daemon(int nochdir, int noclose)
{
	INTERPOSE_CALL(int, DAEMON, (int, int), (nochdir, noclose), -1, W(nochdir), W(noclose));
}
