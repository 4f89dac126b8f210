/* tells_signals.c: prints every signal that reaches it, one a line; ends at SIGTERM, with 3. SIGTSTP stops it. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int
main(void)
{
	siginfo_t info;
	sigset_t set;

	sigfillset(&set);
	sigdelset(&set, SIGTSTP);
	sigprocmask(SIG_SETMASK, &set, NULL);
	printf("ready %d\n", getpid());
	fflush(stdout);
	do {
		if (sigwaitinfo(&set, &info) < 0)
			continue;
		printf("got SIG%s", info.si_signo < 32 ? sigabbrev_np(info.si_signo) : "RT");
		if (info.si_code == SI_QUEUE)
			printf(" with %d", info.si_value.sival_int);
		printf("\n");
		fflush(stdout);
	} while (info.si_signo != SIGTERM);
	return 3;
}
