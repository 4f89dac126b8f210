/* Hazard: after chroot no path that the shim knew leads anywhere; what it needs, it has opened before. Exits 77 when not
   permitted. */
#include "victim.h"

int
main(void)
{
	char path[] = "/tmp/cloneshim-victim-XXXXXX";
	CHECK(mkdtemp(path) != NULL);
	CHECK(chdir(path) == 0 && rmdir(path) == 0); /* the root of nothing */
	if (chroot(".") != 0)
		return 77;
	for (int i = 0; i < 3; i++) {
		made(getpid(), "thread", create_and_join(NULL));
		made(getpid(), "process", fork_and_wait());
	}
	return ok();
}
