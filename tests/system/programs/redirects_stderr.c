/* Hazard: the shim logs to stderr, and the program later points descriptor 2 at a file of its own: our lines must not land
   there. */
#include "victim.h"

#include <fcntl.h>
#include <sys/stat.h>

int
main(void)
{
	char path[] = "/tmp/cloneshim-victim-XXXXXX";
	struct stat status;
	create_and_join(NULL);
	int file = mkstemp(path);
	CHECK(file >= 0 && unlink(path) == 0);
	CHECK(dup2(file, 2) == 2);
	for (int i = 0; i < 5; i++) {
		create_and_join(NULL);
		fork_and_wait();
	}
	CHECK(fstat(file, &status) == 0 && status.st_size == 0);
	return ok();
}
