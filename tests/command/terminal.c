/* terminal.c: see terminal.h. */
#include "command/terminal.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS 30000

static void __attribute__((noreturn)) become(const char *const *argv)
{
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	execv(argv[0], (char *const *)argv);
	_exit(127);
}

void
terminal_start(struct terminal *terminal, const char *const *argv)
{
	*terminal = (struct terminal){0};
	terminal->pid = forkpty(&terminal->fd, NULL, NULL, NULL);
	if (terminal->pid == 0)
		become(argv);
	cr_assert_gt(terminal->pid, 0, "no terminal: %s", strerror(errno));
}

/* False: the other side is closed, or nothing comes. */
static int
read_more(struct terminal *terminal)
{
	struct pollfd ready = {.fd = terminal->fd, .events = POLLIN};
	ssize_t got;

	if (poll(&ready, 1, PATIENCE_MS) <= 0)
		return 0;
	got = read(terminal->fd, terminal->text + terminal->length, sizeof(terminal->text) - 1 - terminal->length);
	if (got <= 0)
		return 0;
	terminal->length += (size_t)got;
	terminal->text[terminal->length] = '\0';
	return 1;
}

size_t
terminal_expect(struct terminal *terminal, size_t from, const char *text)
{
	const char *found;

	while ((found = strstr(terminal->text + from, text)) == NULL)
		if (!read_more(terminal)) {
			kill(-terminal->pid, SIGKILL);
			cr_assert_fail("expected \"%s\" behind %zu bytes of: %s", text, from, terminal->text);
		}
	return (size_t)(found - terminal->text) + strlen(text);
}

void
terminal_type(struct terminal *terminal, const char *text)
{
	cr_assert_eq(write(terminal->fd, text, strlen(text)), (ssize_t)strlen(text));
}

int
terminal_finish(struct terminal *terminal)
{
	int status = 0;

	while (read_more(terminal))
		;
	close(terminal->fd); /* hangs up on whoever is left */
	waitpid(terminal->pid, &status, 0);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
