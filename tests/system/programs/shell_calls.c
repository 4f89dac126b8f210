/* The libc calls that start a shell, or fork, on the program's behalf: system, popen, wordexp, forkpty, daemon. */
#include "victim.h"

#include <pty.h>
#include <signal.h>
#include <wordexp.h>

static void
call_system(void)
{
	CHECK(system(NULL) != 0);
	CHECK(WEXITSTATUS(system("exit 6")) == 6);
	int status = system("kill -TERM $$");
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	CHECK(WEXITSTATUS(system("no-such-command-of-ours 2>/dev/null")) == 127);
}

static void
call_popen(void)
{
	char text[16] = "";
	FILE *from = popen("echo text", "r"), *to;

	CHECK(from && fgets(text, sizeof(text), from) && strcmp(text, "text\n") == 0);
	to = popen("read -r line; test \"$line\" = through || exit 4", "we");
	CHECK(to && fputs("through\n", to) > 0);
	CHECK(pclose(from) == 0);
	CHECK(pclose(to) == 0);
	errno = 0;
	CHECK(popen("true", "neither") == NULL && errno == EINVAL);
}

/* Words alone need no shell; a command substitution does. */
static void
call_wordexp(void)
{
	wordexp_t words;

	CHECK(wordexp("plain words", &words, WRDE_NOCMD) == 0 && words.we_wordc == 2);
	wordfree(&words);
	CHECK(wordexp("$(echo one two) three", &words, 0) == 0 && words.we_wordc == 3);
	CHECK(strcmp(words.we_wordv[1], "two") == 0);
	wordfree(&words);
	CHECK(wordexp("a | b", &words, 0) == WRDE_BADCHAR);
}

static void
call_forkpty(void)
{
	struct winsize size = {.ws_row = 11, .ws_col = 22};
	char name[64] = "", text[64] = "";
	size_t length = 0;
	int master;
	pid_t child = forkpty(&master, name, NULL, &size);

	CHECK(child >= 0);
	if (child == 0) {
		struct winsize own;
		CHECK(isatty(0) && ioctl(0, TIOCGWINSZ, &own) == 0 && own.ws_row == 11);
		dprintf(1, "terminal\n");
		_exit(7);
	}
	while (!memchr(text, '\n', length) && length < sizeof(text)) {
		ssize_t got = read(master, text + length, sizeof(text) - length);
		CHECK(got > 0);
		length += (size_t)got;
	}
	CHECK(memcmp(text, "terminal", 8) == 0 && strncmp(name, "/dev/pts/", 9) == 0);
	await_child(child, 7);
	CHECK(close(master) == 0);
	made(getpid(), "process", child);
}

/* daemon() ends the process that calls it; its child, who has a parent no more, goes on here. */
static void
call_daemon(void)
{
	int ends[2];
	pid_t ids[2];
	CHECK(pipe(ends) == 0);
	pid_t child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		pid_t caller = getpid();
		CHECK(daemon(0, 1) == 0);
		CHECK(getsid(0) != caller && getpid() != caller);
		CHECK(write(ends[1], (pid_t[]){caller, getpid()}, sizeof(ids)) == sizeof(ids));
		_exit(0);
	}
	CHECK(close(ends[1]) == 0);
	await_child(child, 0);
	CHECK(read(ends[0], ids, sizeof(ids)) == sizeof(ids) && ids[0] == child);
	fact_number("daemon", ids[1]);
	made(getpid(), "process", child);
	made(child, "process", ids[1]);
	CHECK(close(ends[0]) == 0);
}

int
main(void)
{
	call_system();
	call_popen();
	call_wordexp();
	for (int i = 0; i < 3 + 2 + 1; i++)
		printf("made %d spawn ?\n", getpid());
	call_forkpty();
	call_daemon();
	return ok();
}
