/*
 * job_shell.c: `job_shell PROG [ARG…]`: as a shell with job control, runs one program in the foreground of its terminal. When it is
 * stopped, it says by which signal, waits for a line, and brings it back to the foreground; and it says how it ended.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void
become_foreground_job(char **argv)
{
	setpgid(0, 0);
	tcsetpgrp(0, getpid());
	signal(SIGTTOU, SIG_DFL);
	execv(argv[0], argv);
	_exit(127);
}

int
main(int argc, char **argv)
{
	char line[64];
	int status;
	pid_t pid;

	if (argc < 2)
		return 2;
	signal(SIGTTOU, SIG_IGN);
	pid = fork();
	if (pid == 0)
		become_foreground_job(argv + 1);
	setpgid(pid, pid);
	while (waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status)) {
		tcsetpgrp(0, getpgrp());
		printf("job stopped by %d\n", WSTOPSIG(status));
		fflush(stdout);
		if (fgets(line, sizeof(line), stdin) == NULL)
			return 1;
		tcsetpgrp(0, pid);
		kill(-pid, SIGCONT);
	}
	tcsetpgrp(0, getpgrp());
	printf("job ended with %d\n", WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
	return 0;
}
