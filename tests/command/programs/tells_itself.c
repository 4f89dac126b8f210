/* tells_itself.c: prints what it inherited: signals, descriptors, and with an argument the variables of the environment that the
   arguments name. */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void
tell_signals(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[256];

	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, "Sig", 3) == 0 && strncmp(line, "SigQ", 4) != 0)
			fputs(line, stdout);
	if (file != NULL)
		fclose(file);
}

static void
tell_descriptors(void)
{
	for (int fd = 0; fd < 2048; fd++) {
		int flags = fcntl(fd, F_GETFD);

		if (flags >= 0)
			printf("descriptor %d flags %d status %#x\n", fd, flags, (unsigned)fcntl(fd, F_GETFL));
	}
}

static void
tell_limits(void)
{
	for (int resource = 0; resource < RLIM_NLIMITS; resource++) {
		struct rlimit limit;

		if (getrlimit((__rlimit_resource_t)resource, &limit) == 0)
			printf("limit %d %llu %llu\n", resource, (unsigned long long)limit.rlim_cur,
			       (unsigned long long)limit.rlim_max);
	}
}

int
main(int argc, char **argv)
{
	if (argc > 1) {
		for (int i = 1; i < argc; i++)
			printf("%s=%s\n", argv[i], getenv(argv[i]) != NULL ? getenv(argv[i]) : "(unset)");
		return 0;
	}
	tell_descriptors();
	tell_signals();
	tell_limits();
	if (getenv("LEADER") != NULL)
		printf("group of the leader: %d, session of the leader: %d\n", getpgrp() == atoi(getenv("LEADER")),
		       getsid(0) == getsid(atoi(getenv("LEADER"))));
	return 0;
}
