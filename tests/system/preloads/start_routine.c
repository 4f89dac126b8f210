/* An object that a program loads by dlopen and unloads again: its start routine makes a thread, from code that is soon gone. */
#include "../programs/victim.h"

void *start_routine(void *made_by_module);

void *
start_routine(void *made_by_module)
{
	pid_t *ids = made_by_module;
	ids[0] = gettid();
	ids[1] = create_and_join(NULL);
	ids[2] = fork_and_wait();
	return NULL;
}
