/* compare_run.c: see compare_run.h. */
#include "cli/compare_run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wordexp.h>

#include "cli/command.h"
#include "cli/mapped_file.h"

#define OUR_ARGUMENTS 5 /* run -q -o TRACE -- */
#define EXIT_INTERRUPTED (128 + SIGINT)

static int
refuse(const char *command, const char *why)
{
	fprintf(stderr, "cloneshim: --run %s: %s\n", command, why);
	return EXIT_USAGE;
}

bool
compare_run_accepts(const char *command)
{
	wordexp_t words;
	int error = wordexp(command, &words, WRDE_NOCMD);

	if (error != 0) {
		refuse(command, "expected a command and its arguments; for what a shell is needed: sh -c '...' as its "
				"arguments");
		return false;
	}
	error = words.we_wordc == 0;
	wordfree(&words);
	if (error != 0)
		refuse("''", "expected a command and its arguments");
	return error == 0;
}

/* In a child of ours. Ends with the exit status of `cloneshim run`. */
static void __attribute__((noreturn)) record(const char *command, const char *trace, const char *path)
{
	static char run[] = "run", quiet[] = "-q", into[] = "-o", end[] = "--";
	wordexp_t words = {.we_offs = OUR_ARGUMENTS};

	mapped_file_give_signal_back(); /* traces may have been opened already */
	if (wordexp(command, &words, WRDE_NOCMD | WRDE_DOOFFS) != 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0 ||
	    (path != NULL && setenv("CLONESHIM_PATH", path, 1) != 0))
		exit(EXIT_USAGE);
	words.we_wordv[0] = run;
	words.we_wordv[1] = quiet;
	words.we_wordv[2] = into;
	words.we_wordv[3] = strdup(trace);
	words.we_wordv[4] = end;
	exit(command_run((int)(words.we_wordc + OUR_ARGUMENTS), words.we_wordv));
}

/* An interrupt from the terminal is the command's to answer, as in system(3). */
static int
await(pid_t child)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, interrupt, quit;
	int status = 0;

	sigaction(SIGINT, &ignore, &interrupt);
	sigaction(SIGQUIT, &ignore, &quit);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGQUIT, &quit, NULL);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
compare_run(const char *command, const char *trace, const char *path)
{
	pid_t child;
	int status;

	fflush(stdout);
	child = fork();
	if (child == 0)
		record(command, trace, path);
	if (child < 0)
		return refuse(command, strerror(errno));
	status = await(child);
	if (status == EXIT_INTERRUPTED)
		return status;
	if (access(trace, F_OK) != 0)
		return EXIT_USAGE; /* it has been said why */
	if (status != 0)
		fprintf(stderr, "cloneshim: --run %s: exit status %d\n", command, status);
	return 0;
}
