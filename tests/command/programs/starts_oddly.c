/*
 * starts_oddly.c: becomes another program, which inherits what few programs do: SIGHUP and SIGCHLD ignored, SIGUSR1 and SIGTERM
 * blocked, descriptors 5 and 9 open, standard input closed. `starts_oddly SECONDS PROG [ARG…]`; SECONDS: alarm(2), 0 for none.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	sigset_t set;

	if (argc < 3)
		return 2;
	signal(SIGHUP, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_SETMASK, &set, NULL);
	close(0);
	dup2(1, 5);
	dup2(1, 9);
	alarm((unsigned)atoi(argv[1]));
	execv(argv[2], argv + 2);
	return 127;
}
