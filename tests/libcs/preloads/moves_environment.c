/* A constructor that runs before the shim's moves the environment from the initial stack, where the auxiliary vector follows it, to
   memory of its own. What follows there looks like a vector that says "a privileged program". */
#include <elf.h>
#include <stdlib.h>
#include <unistd.h>

#define ROOM 512

static char *moved[ROOM];

__attribute__((constructor)) static void
move(void)
{
	int count = 0;
	while (environ[count])
		count++;
	if (count + 5 > ROOM)
		abort();
	for (int i = 0; i < count; i++)
		moved[i] = environ[i];
	moved[count + 1] = (char *)AT_SECURE;
	moved[count + 2] = (char *)1;
	environ = moved;
}
