/* Hazard: exec replaces the program while it has threads, and the new image comes under the shim afresh. Usage:
   replaces_program PROGRAM [ARG...] */
#include "victim.h"

static char **command;
static volatile int created;

static void *
replace(void *arg)
{
	(void)arg;
	while (!created) /* exec ends the creator: not before it has returned from the call */
		usleep(100);
	execv(command[0], command);
	_exit(127);
}

int
main(int argc, char **argv)
{
	CHECK(argc > 1);
	command = argv + 1;
	pthread_t thread;
	made(getpid(), "thread", create_and_join(NULL));
	printf("made %d thread ?\n", getpid());
	fflush(stdout);
	CHECK(pthread_create(&thread, NULL, replace, NULL) == 0);
	created = 1;
	for (;;)
		pause();
}
