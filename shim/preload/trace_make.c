/*
 * trace_make.c: see trace_make.h. Constructor; calls the kernel only.
 *
 * A new trace is made without a name, or under another, and linked to its own when it is whole, so that whoever joins it finds it
 * whole. Its space is allocated before it is mapped: a page that the disk has no room for would be a SIGBUS inside the program. Nothing
 * is written beyond RLIMIT_FSIZE, which would be a SIGXFSZ.
 */
#include "preload/trace_make.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <time.h>

#include "decode/config.h"
#include "decode/out.h"
#include "decode/trace_header.h"
#include "preload/clock.h"
#include "preload/pages.h"
#include "preload/x86_64/syscall.h"

/* The header of a new trace of `size` bytes. Static: a page has no place on a stack that may be small. */
static RARELY_USED struct cloneshim_trace_header new_header;

static uint64_t
realtime_now_ns(void)
{
	struct timespec now = {0, 0};

	syscall2(__NR_clock_gettime, CLOCK_REALTIME, (uint64_t)&now);
	return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

/* Where the file system cannot allocate, zeros are written. */
static int64_t
write_zeros(int fd, uint64_t size)
{
	static const char zeros[16384];
	uint64_t offset = 0;

	while (offset < size) {
		uint64_t length = size - offset < sizeof(zeros) ? size - offset : sizeof(zeros);
		int64_t written = syscall4(__NR_pwrite64, (uint64_t)fd, (uint64_t)zeros, length, offset);

		if (written <= 0 && written != -EINTR)
			return written < 0 ? written : -ENOSPC;
		offset += written > 0 ? (uint64_t)written : 0;
	}
	return 0;
}

static int64_t
allocate(int fd, uint64_t size)
{
	int64_t result;

	do {
		result = syscall4(__NR_fallocate, (uint64_t)fd, 0, 0, size);
	} while (result == -EINTR);
	if (result == -EOPNOTSUPP || result == -ENOSYS)
		result = write_zeros(fd, size);
	return result;
}

static int64_t
fill_new_file(int fd, uint64_t size)
{
	int64_t result = allocate(fd, size);

	if (result < 0)
		return result;
	trace_header_fill(&new_header, size, size, (struct trace_header_times){clock_now_ns(), realtime_now_ns()});
	result = syscall4(__NR_pwrite64, (uint64_t)fd, (uint64_t)&new_header, sizeof(new_header), 0);
	return result == (int64_t)sizeof(new_header) ? 0 : result < 0 ? result : -EIO;
}

/* The directory that `path` is in. Static storage. */
static const char *
directory_of(const char *path)
{
	static RARELY_USED char directory[CONFIG_PATH_MAX + 2];
	uint64_t length = 0;

	for (uint64_t i = 0; path[i] != '\0'; i++)
		if (path[i] == '/')
			length = i + 1;
	memcpy(directory, path, length);
	memcpy(directory + length, ".", sizeof("."));
	return directory;
}

/* Where the file system has files without a name (open(2), O_TMPFILE), nothing is left of one whose maker is killed. -errno: it has
   none, or its name cannot be given to it (no /proc). -EEXIST: somebody else was faster. */
static int64_t
make_unnamed(const char *path, uint64_t size, bool replaces)
{
	char self[40];
	struct out out;
	int64_t result;
	int64_t fd = syscall3(__NR_open, (uint64_t)directory_of(path), O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);

	if (fd < 0)
		return fd;
	out_init(&out, self, sizeof(self));
	out_string(&out, "/proc/self/fd/");
	out_signed(&out, fd);
	self[out.length] = '\0';
	result = fill_new_file((int)fd, size);
	if (result == 0 && replaces)
		syscall1(__NR_unlink, (uint64_t)path);
	if (result == 0)
		result = syscall6(__NR_linkat, (uint64_t)AT_FDCWD, (uint64_t)self, (uint64_t)AT_FDCWD, (uint64_t)path,
				  AT_SYMLINK_FOLLOW, 0);
	syscall1(__NR_close, (uint64_t)fd);
	return result;
}

/* Gives the finished file its name, never in the place of another. */
static int64_t
publish(const char *made, const char *path, bool replaces)
{
	int64_t result;

	if (replaces)
		syscall1(__NR_unlink, (uint64_t)path);
	result = syscall2(__NR_link, (uint64_t)made, (uint64_t)path);
	if (result < 0 && result != -EEXIST)
		result = syscall6(__NR_renameat2, (uint64_t)AT_FDCWD, (uint64_t)made, (uint64_t)AT_FDCWD,
				  (uint64_t)path, RENAME_NOREPLACE, 0);
	return result;
}

/* The time tells it from what a process of the same pid, killed or in another namespace, has left. */
static int64_t
make_named(const char *path, uint64_t size, bool replaces)
{
	static RARELY_USED char made[CONFIG_PATH_MAX + 64];
	struct out out;
	int64_t fd, result;

	out_init(&out, made, sizeof(made));
	out_string(&out, path);
	out_string(&out, ".new-");
	out_signed(&out, syscall0(__NR_getpid));
	out_char(&out, '-');
	out_unsigned(&out, clock_now_ns());
	made[out.length] = '\0';
	fd = syscall3(__NR_open, (uint64_t)made, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return fd;
	result = fill_new_file((int)fd, size);
	syscall1(__NR_close, (uint64_t)fd);
	if (result == 0)
		result = publish(made, path, replaces);
	syscall1(__NR_unlink, (uint64_t)made);
	return result;
}

int64_t
trace_make(const char *path, uint64_t size, bool replaces)
{
	struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
	int64_t result;

	syscall4(__NR_prlimit64, 0, RLIMIT_FSIZE, 0, (uint64_t)&limit);
	if (limit.rlim_cur != RLIM_INFINITY && size > limit.rlim_cur)
		size = limit.rlim_cur & ~(uint64_t)(CLONESHIM_TRACE_SLOT_SIZE - 1);
	if (size < TRACE_HEADER_FILE_SIZE_MIN)
		return -EFBIG;
	result = make_unnamed(path, size, replaces);
	if (result < 0 && result != -EEXIST && result != -ENOSPC && result != -EDQUOT)
		result = make_named(path, size, replaces);
	return result;
}

#define LOCK_TRIES \
	1000 /* a millisecond each: the program must not wait for ever, though whoever has the lock be stopped */

static void
lock(int fd)
{
	struct timespec pause = {0, 1000000};
	int64_t result = -EWOULDBLOCK;

	for (int i = 0; i < LOCK_TRIES && (result == -EWOULDBLOCK || result == -EINTR); i++) {
		if (i > 0)
			syscall2(__NR_nanosleep, (uint64_t)&pause, 0);
		result = syscall2(__NR_flock, (uint64_t)fd, LOCK_EX | LOCK_NB);
	}
}

int64_t
trace_make_lock(const char *path)
{
	int64_t directory = syscall3(__NR_open, (uint64_t)directory_of(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);

	if (directory >= 0)
		lock((int)directory);
	return directory;
}
