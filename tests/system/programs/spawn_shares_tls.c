/* Hazard: posix_spawn, system and popen clone with CLONE_VM|CLONE_VFORK: the child runs on the parent's TLS until it execs. */
#include "victim.h"

#include <spawn.h>

extern char **environ;

int
main(void)
{
	for (int i = 0; i < 5; i++) {
		pid_t child = 0;
		char *const argv[] = {(char *)"sh", (char *)"-c", (char *)"exit 4", NULL};
		CHECK(posix_spawnp(&child, "sh", NULL, NULL, argv, environ) == 0);
		await_child(child, 4);
		made(getpid(), "spawn", child);
	}
	CHECK(WEXITSTATUS(system("exit 6")) == 6);
	printf("made %d spawn ?\n", getpid());

	FILE *pipe = popen("echo text", "r");
	char text[16] = "";
	CHECK(pipe && fgets(text, sizeof(text), pipe) && strcmp(text, "text\n") == 0);
	CHECK(pclose(pipe) == 0);
	printf("made %d spawn ?\n", getpid());

	pid_t missing = 0;
	char *const argv[] = {(char *)"no-such-program", NULL};
	CHECK(posix_spawn(&missing, "/no/such/program", NULL, NULL, argv, environ) == ENOENT);
	printf("made %d spawn ?\n", getpid());
	return ok();
}
