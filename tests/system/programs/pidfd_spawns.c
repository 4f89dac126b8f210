/* pidfd_spawn and pidfd_spawnp, glibc 2.39 and later. Exits 77 with an older libc. */
#include "victim.h"

#include <spawn.h>

#if __GLIBC_PREREQ(2, 39)
static void
spawned(int pidfd)
{
	siginfo_t ended;

	CHECK(waitid(P_PIDFD, (id_t)pidfd, &ended, WEXITED) == 0 && ended.si_status == 3);
	printf("made %d spawn %d\n", getpid(), ended.si_pid);
	CHECK(close(pidfd) == 0);
}

int
main(void)
{
	char *const argv[] = {(char *)"sh", (char *)"-c", (char *)"exit 3", NULL};
	int pidfd;

	CHECK(pidfd_spawn(&pidfd, "/bin/sh", NULL, NULL, argv, environ) == 0);
	spawned(pidfd);
	CHECK(pidfd_spawnp(&pidfd, "sh", NULL, NULL, argv, environ) == 0);
	spawned(pidfd);
	return ok();
}
#else
int
main(void)
{
	return 77;
}
#endif
