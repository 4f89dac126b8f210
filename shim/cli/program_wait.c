/*
 * program_wait.c: see program.h: until the end.
 *
 * Signals from the terminal (the kernel sends them: SI_KERNEL) reach the program by themselves, as it is in our process group; what
 * somebody sends to us by kill(2) is meant for the program and is passed on. Sent to the group it has reached the program as well, which
 * nothing in siginfo_t tells: twice is better than not at all.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/program.h"

/* Stops us by the very signal that stopped the program: the shell that waits for us names it. Returns when somebody continues us, or at
   once where the kernel does not let it stop us (an orphaned process group). */
static void
stop_by(int signal)
{
	struct sigaction normal = {.sa_handler = SIG_DFL}, inherited;
	sigset_t only;

	sigaction(signal, &normal, &inherited);
	sigemptyset(&only);
	sigaddset(&only, signal);
	raise(signal);
	sigprocmask(SIG_UNBLOCK, &only, NULL);
	sigprocmask(SIG_BLOCK, &only, NULL);
	sigaction(signal, &inherited, NULL);
}

/* After we were continued. A shell continues the whole group, and the program with it; who continues us alone means the program. */
static void
continue_program(const struct program *program)
{
	static const struct timespec at_once;
	siginfo_t news = {0};
	sigset_t only;

	sigemptyset(&only);
	sigaddset(&only, SIGCONT);
	if (sigtimedwait(&only, NULL, &at_once) != SIGCONT)
		return;
	if (waitid(P_PID, (id_t)program->pid, &news, WCONTINUED | WNOHANG) == 0 && news.si_pid == 0)
		kill(program->pid, SIGCONT);
}

/* Takes all news of the program. True: it has ended. */
static bool
take_news(const struct program *program, int *status)
{
	pid_t found;

	for (;;) {
		found = waitpid(program->pid, status, WUNTRACED | WCONTINUED | WNOHANG);
		if (found < 0 && errno == EINTR)
			continue;
		if (found != program->pid)
			return false;
		if (WIFEXITED(*status) || WIFSIGNALED(*status))
			return true;
		if (WIFSTOPPED(*status)) {
			stop_by(WSTOPSIG(*status));
			continue_program(program);
		}
	}
}

/* The program's own signals to its whole process group have reached it already. */
static void
pass_on(const struct program *program, const siginfo_t *info)
{
	if (info->si_code > 0 || info->si_pid == getpid() || info->si_pid == program->pid)
		return;
	if (info->si_code == SI_QUEUE)
		sigqueue(program->pid, info->si_signo, info->si_value);
	else
		kill(program->pid, info->si_signo);
}

static void
take_signal(const struct program *program, const struct timespec *patience)
{
	siginfo_t info;
	sigset_t all;

	sigfillset(&all);
	if (sigtimedwait(&all, &info, patience) > 0)
		pass_on(program, &info);
}

static void
tell_end(const struct program *program, struct program_end *end)
{
	struct timespec now = {0, 0};
	int error;

	clock_gettime(CLOCK_MONOTONIC, &now);
	end->time_ns = (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
	end->exec_error = read(program->exec_report, &error, sizeof(error)) == sizeof(error) ? error : 0;
	close(program->exec_report);
}

void
program_wait(const struct program *program, int (*look)(void *context), void *context, struct program_end *end)
{
	while (!take_news(program, &end->wait_status)) {
		int wait_ms = look != NULL ? look(context) : 0;
		struct timespec patience = {wait_ms / 1000, wait_ms % 1000 * 1000000L};

		take_signal(program, look != NULL ? &patience : NULL);
	}
	tell_end(program, end);
}
