/* trace_new.c: see trace_new.h. */
#include "cli/trace_new.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/trace_space.h"
#include "decode/trace_header.h"

/* How far it may grow. Writers map no more than the part that they write. No more than the disk could give, but it may be given more
   while the program runs. */
#define MAP_SIZE_MAX (UINT64_C(64) << 30)
#define MAP_SIZE_MIN (UINT64_C(1) << 30)

static uint64_t
now_ns(clockid_t clock)
{
	struct timespec now = {0, 0};

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

static uint64_t
choose_map_size(int fd, uint64_t size)
{
	uint64_t available = trace_space_available(fd);
	uint64_t map_size = available > MAP_SIZE_MAX ? MAP_SIZE_MAX : size + available;

	if (map_size < MAP_SIZE_MIN)
		map_size = MAP_SIZE_MIN;
	if (map_size > MAP_SIZE_MAX)
		map_size = MAP_SIZE_MAX;
	map_size &= ~(uint64_t)(CLONESHIM_TRACE_HEADER_SIZE - 1);
	return map_size > size ? map_size : size;
}

/* What is there and may not be replaced; NULL: nothing, or a file. */
static const char *
why_not_replaced(const char *path)
{
	struct stat status;

	if (lstat(path, &status) != 0)
		return errno == ENOENT ? NULL : strerror(errno);
	if (S_ISDIR(status.st_mode))
		return "expected a file, this is a directory";
	if (S_ISLNK(status.st_mode))
		return "expected a file, this is a symbolic link";
	if (!S_ISREG(status.st_mode))
		return "expected a regular file";
	return access(path, W_OK) == 0 ? NULL : strerror(errno);
}

/* Opens a new file in the directory of `path`, and stores its name in `made`, to be freed. -1: `*error` says why. */
static int
open_beside(const char *path, char **made, int *error)
{
	const char *slash = strrchr(path, '/');
	int directory_length = slash != NULL ? (int)(slash - path) + 1 : 0;
	int fd, moved;

	if (asprintf(made, "%.*s.cloneshim-XXXXXX", directory_length, path) < 0) {
		*made = NULL;
		*error = ENOMEM;
		return -1;
	}
	fd = mkostemp(*made, O_CLOEXEC); /* with O_EXCL and 0600 */
	*error = errno;
	if (fd < 0 || fd > STDERR_FILENO)
		return fd;
	/* A command that was started without a standard error must not print into the trace. */
	moved = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	*error = errno;
	close(fd);
	if (moved < 0)
		unlink(*made);
	return moved;
}

/* Returns 0 or an errno value. */
static int
fill(struct trace_new *trace, uint64_t size)
{
	int error = trace_space_allocate(trace->fd, 0, size);
	void *header;

	if (error != 0)
		return error;
	header = mmap(NULL, CLONESHIM_TRACE_HEADER_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, trace->fd, 0);
	if (header == MAP_FAILED)
		return errno;
	trace->header = header;
	trace->size = size;
	trace_header_fill(trace->header, size, choose_map_size(trace->fd, size),
			  (struct trace_header_times){now_ns(CLOCK_MONOTONIC), now_ns(CLOCK_REALTIME)});
	return 0;
}

static void
explain(int error, uint64_t size, char *why, size_t why_size)
{
	unsigned long long bytes = size;

	if (error == EFBIG)
		snprintf(why, why_size, "%llu bytes are more than RLIMIT_FSIZE allows; --size sets it", bytes);
	else if (error == ENOSPC || error == EDQUOT)
		snprintf(why, why_size, "no room for %llu bytes (%s); --size sets it", bytes, strerror(error));
	else
		snprintf(why, why_size, "%s", strerror(error));
}

bool
trace_new_make(struct trace_new *trace, const char *path, uint64_t size, char *why, size_t why_size)
{
	const char *reason = why_not_replaced(path);
	char *made;
	int error;

	if (reason != NULL) {
		snprintf(why, why_size, "%s", reason);
		return false;
	}
	*trace = (struct trace_new){.fd = open_beside(path, &made, &error)};
	if (trace->fd >= 0) {
		error = fill(trace, size);
		if (error == 0 && rename(made, path) != 0)
			error = errno;
		if (error != 0) {
			unlink(made);
			trace_new_release(trace);
		}
	}
	free(made);
	if (trace->fd < 0 || error != 0)
		explain(error, size, why, why_size);
	return trace->fd >= 0;
}

void
trace_new_release(struct trace_new *trace)
{
	if (trace->header != NULL)
		munmap(trace->header, CLONESHIM_TRACE_HEADER_SIZE);
	if (trace->fd >= 0)
		close(trace->fd);
	*trace = (struct trace_new){.fd = -1};
}
