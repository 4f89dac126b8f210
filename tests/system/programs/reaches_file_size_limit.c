/* Hazard: RLIMIT_FSIZE holds for our log too: a write of ours beyond it would raise SIGXFSZ, which ends the program. */
#include "victim.h"

#include <sys/resource.h>

int
main(void)
{
	struct rlimit limit;
	pid_t before = create_and_join(NULL);
	CHECK(getrlimit(RLIMIT_FSIZE, &limit) == 0);
	struct rlimit tight = {.rlim_cur = 0, .rlim_max = limit.rlim_max};
	CHECK(setrlimit(RLIMIT_FSIZE, &tight) == 0);
	for (int i = 0; i < 5; i++) {
		create_and_join(NULL);
		fork_and_wait();
	}
	CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	fact_number("thread_before", before);
	return ok();
}
