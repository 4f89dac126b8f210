/* trace_space.c: see trace_space.h. */
#include "cli/trace_space.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

uint64_t
trace_space_file_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
		return UINT64_MAX;
	return limit.rlim_cur;
}

/* What cannot be had is not tried: it would take all that is left of the disk for a moment, from the program too. posix_fallocate(3)
   writes to every block where the file system cannot allocate. */
int
trace_space_allocate(int fd, uint64_t from, uint64_t to)
{
	int error;

	if (to > trace_space_file_limit())
		return EFBIG;
	if (to - from > trace_space_available(fd))
		return ENOSPC;
	do {
		error = posix_fallocate(fd, (off_t)from, (off_t)(to - from));
	} while (error == EINTR);
	return error;
}

uint64_t
trace_space_available(int fd)
{
	struct statvfs disk;

	if (fstatvfs(fd, &disk) != 0)
		return UINT64_MAX;
	return (uint64_t)disk.f_bavail * disk.f_frsize;
}
