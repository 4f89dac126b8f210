/* output.c: see output.h. Hot path after output_init(); calls the kernel only. */
#include "preload/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "decode/config.h"
#include "decode/out.h"
#include "decode/strings.h"
#include "preload/guarded_write.h"
#include "preload/memory.h"
#include "preload/task.h"
#include "preload/x86_64/syscall.h"

/* The number below which a program expects its own descriptors, as far as its limit leaves room. Not higher: the kernel's table
   grows to the highest number in use, and fork copies it. */
#define HELD_DESCRIPTOR 1000

#define STANDARD_ERROR 2

/* What tells one open file from another. */
struct identity {
	uint64_t device, inode, special_device;
	uint32_t mode; /* st_mode */
	bool known;
};

static struct identity standard_error, file;
static char path_template[CONFIG_PATH_MAX]; /* "": standard error */
static bool one_file_a_process;             /* the template has a %p */
static _Atomic int32_t held_fd = -1;
static _Atomic int32_t held_for; /* the process whose file held_fd is */

static struct identity
identify(int fd)
{
	struct stat status;

	if (syscall2(__NR_fstat, (uint64_t)fd, (uint64_t)&status) != 0)
		return (struct identity){.known = false};
	return (struct identity){status.st_dev, status.st_ino, status.st_rdev, status.st_mode, true};
}

static bool
is_same_file(const struct identity *left, const struct identity *right)
{
	return left->known && right->known && left->device == right->device && left->inode == right->inode &&
	       left->special_device == right->special_device;
}

/* O_NONBLOCK: opening a FIFO without a reader must fail rather than hang. Files do not care. */
static int
open_output(int32_t pid)
{
	char path[CONFIG_PATH_MAX];
	struct out out;

	out_init(&out, path, sizeof(path));
	for (const char *c = path_template; *c != '\0'; c++) {
		if (c[0] == '%' && c[1] == 'p') {
			out_signed(&out, pid);
			c++;
		} else {
			out_char(&out, *c);
		}
	}
	if (out.cut)
		return -ENAMETOOLONG;
	path[out.length] = '\0';
	return (int)syscall3(__NR_open, (uint64_t)path,
			     O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, 0600);
}

/* Moves an open file out of the program's way. -errno, and `fd` stays, where no number is free. */
static int
move_up(int fd)
{
	struct rlimit limit = {0, 0};
	uint64_t lowest = HELD_DESCRIPTOR;
	int64_t moved;

	syscall4(__NR_prlimit64, 0, RLIMIT_NOFILE, 0, (uint64_t)&limit);
	if (limit.rlim_cur < lowest + 16)
		lowest = limit.rlim_cur > 32 ? limit.rlim_cur - 16 : limit.rlim_cur / 2;
	moved = syscall3(__NR_fcntl, (uint64_t)fd, F_DUPFD_CLOEXEC, lowest);
	if (moved >= 0)
		syscall1(__NR_close, (uint64_t)fd);
	return (int)moved;
}

int
output_init(const char *path, int32_t pid)
{
	int fd;

	standard_error = identify(STANDARD_ERROR);
	if (path[0] == '\0')
		return 0;
	memcpy(path_template, path, string_length(path) + 1);
	for (const char *c = path; *c != '\0'; c++)
		one_file_a_process |= c[0] == '%' && c[1] == 'p';
	fd = open_output(pid);
	if (fd < 0) {
		path_template[0] = '\0';
		return fd;
	}
	file = identify(fd);
	held_for = pid;
	held_fd = move_up(fd);
	if (held_fd < 0)
		syscall1(__NR_close, (uint64_t)fd);
	return 0;
}

/* The program closed our descriptor, or this is another process's file: opened anew. A process that owns its memory keeps the
   new descriptor; a child of vfork, whose table is not the one that the memory speaks of, closes it. */
static void
write_by_path(const char *line, size_t length, int32_t pid)
{
	int fd = open_output(pid), moved = -1;
	int32_t seen = atomic_load(&held_fd);
	struct identity opened;

	if (fd < 0) {
		task_count_lost();
		return;
	}
	opened = identify(fd);
	if (guarded_write(fd, opened.mode, line, length) != 0)
		task_count_lost();
	if (task_owns_memory(pid))
		moved = move_up(fd);
	if (moved < 0) {
		syscall1(__NR_close, (uint64_t)fd);
		return;
	}
	file = opened;
	atomic_store(&held_for, pid);
	if (!atomic_compare_exchange_strong(&held_fd, &seen, moved))
		syscall1(__NR_close, (uint64_t)moved);
}

/* False: `fd` is not, or no longer, the file that is expected. */
static bool
write_if_same(int fd, const struct identity *expected, const char *line, size_t length)
{
	struct identity now = identify(fd);

	if (!is_same_file(&now, expected))
		return false;
	if (guarded_write(fd, now.mode, line, length) != 0)
		task_count_lost();
	return true;
}

void
output_write(const char *line, size_t length, int32_t pid)
{
	int fd = atomic_load(&held_fd);

	if (path_template[0] == '\0') {
		if (!write_if_same(STANDARD_ERROR, &standard_error, line, length))
			task_count_lost();
		return;
	}
	if (fd < 0 || (one_file_a_process && atomic_load(&held_for) != pid) || !write_if_same(fd, &file, line, length))
		write_by_path(line, length, pid);
}

void
output_complain(const char *line, size_t length)
{
	write_if_same(STANDARD_ERROR, &standard_error, line, length);
}
