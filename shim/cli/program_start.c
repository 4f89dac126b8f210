/* program_start.c: see program.h: the start. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "cli/program.h"

#define NOT_FOUND 127 /* of the child, which then tells why */

/* What was inherited and has to be given on. */
struct inherited {
	sigset_t mask;
	struct sigaction child_action; /* of SIGCHLD: ignored, the program's end would not be told */
	struct itimerval alarm;        /* alarm(2) before exec is a way to limit a program's time; fork(2) drops it */
};

static int
refusal_of_path(const char *path)
{
	struct stat status;

	if (stat(path, &status) != 0)
		return errno == EACCES ? EACCES : ENOENT;
	return S_ISREG(status.st_mode) && eaccess(path, X_OK) == 0 ? 0 : EACCES;
}

/* "DIRECTORY/NAME" for the next directory of a list, which `*list` is moved on from. An empty one is the present directory. */
static int
refusal_in_next(const char **list, const char *name)
{
	size_t length = strcspn(*list, ":");
	int refusal = ENOENT;
	char *path;

	if (asprintf(&path, "%.*s%s%s", (int)length, *list, length > 0 ? "/" : "", name) >= 0) {
		refusal = refusal_of_path(path);
		free(path);
	}
	*list += length;
	return refusal;
}

int
program_refusal(const char *name)
{
	const char *list = getenv("PATH");
	int refusal = ENOENT;

	if (name[0] == '\0')
		return ENOENT;
	if (strchr(name, '/') != NULL)
		return refusal_of_path(name);
	if (list == NULL)
		list = "/bin:/usr/bin"; /* execvp(3), NOTES */
	for (;; list++) {
		int here = refusal_in_next(&list, name);

		if (here == 0)
			return 0;
		if (here == EACCES)
			refusal = EACCES;
		if (*list == '\0')
			return refusal;
	}
}

static void
take_inherited(struct inherited *inherited)
{
	static const struct itimerval none;
	struct sigaction normal = {.sa_handler = SIG_DFL};
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &inherited->mask);
	sigaction(SIGCHLD, &normal, &inherited->child_action);
	setitimer(ITIMER_REAL, &none, &inherited->alarm);
}

/* In the child. */
static void __attribute__((noreturn)) become(char *const *argv, const struct inherited *inherited, int report)
{
	int error;

	sigaction(SIGCHLD, &inherited->child_action, NULL);
	setitimer(ITIMER_REAL, &inherited->alarm, NULL);
	sigprocmask(SIG_SETMASK, &inherited->mask, NULL);
	execvp(argv[0], argv);
	error = errno;
	_exit(write(report, &error, sizeof(error)) == sizeof(error) ? NOT_FOUND : EXIT_FAILURE);
}

/* None of 0, 1 and 2 may be ours: where they were closed, what we print would go there. Returns 0 or an errno value. */
static int
open_report(int ends[2])
{
	if (pipe2(ends, O_CLOEXEC) != 0)
		return errno;
	for (int i = 0; i < 2; i++) {
		int moved;

		if (ends[i] > STDERR_FILENO)
			continue;
		moved = fcntl(ends[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
		if (moved < 0)
			return errno;
		close(ends[i]);
		ends[i] = moved;
	}
	return 0;
}

int
program_start(struct program *program, char *const *argv)
{
	struct inherited inherited;
	int ends[2], error = open_report(ends);

	if (error != 0)
		return error;
	take_inherited(&inherited);
	*program = (struct program){.pid = fork(), .exec_report = ends[0]};
	if (program->pid == 0)
		become(argv, &inherited, ends[1]);
	error = program->pid < 0 ? errno : 0;
	close(ends[1]);
	return error;
}
