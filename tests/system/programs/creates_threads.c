/* No hazard in itself: [N] threads one after the other (default 10), then one fork; for tests whose hazard lies around the
   program. */
#include "victim.h"

int
main(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : 10;
	for (int i = 0; i < count; i++)
		made(getpid(), "thread", create_and_join(NULL));
	made(getpid(), "process", fork_and_wait());
	return ok();
}
