/* Hazard: a daemon closes every descriptor, ours too, and gets the same numbers back for files of its own: the shim must never
   write into them. Standard output stays, for the verdict. */
#include "victim.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

int
main(void)
{
	char path[] = "/tmp/cloneshim-victim-XXXXXX";
	struct rlimit limit;
	struct stat status;

	pid_t before = create_and_join(NULL);
	CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	if (limit.rlim_cur > 4096)
		limit.rlim_cur = 4096;
	CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	close(0);
	for (int fd = 2; fd < (1 << 16); fd++)
		close(fd);

	pid_t between = create_and_join(NULL);

	int file = mkstemp(path);
	CHECK(file >= 0 && unlink(path) == 0);
	char again[64];
	static int own[4096];
	int count = 0;
	snprintf(again, sizeof(again), "/proc/self/fd/%d", file);
	for (int fd; (fd = open(again, O_RDWR)) >= 0;)
		own[count++] = fd;
	CHECK(errno == EMFILE && count >= 1000 && own[0] <= 3);

	for (int i = 0; i < 5; i++) {
		create_and_join(NULL);
		fork_and_wait();
	}
	CHECK(fstat(file, &status) == 0 && status.st_size == 0);
	for (int i = 0; i < count; i++) /* nor moved: nobody has read from it */
		CHECK(lseek(own[i], 0, SEEK_CUR) == 0);
	fact_number("thread_before", before);
	fact_number("thread_between", between);
	return ok();
}
