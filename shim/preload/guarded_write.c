/*
 * guarded_write.c: see guarded_write.h. Hot path; calls the kernel only.
 *
 * A write may raise SIGPIPE (no reader), SIGXFSZ (RLIMIT_FSIZE) or SIGTTOU (a background job's terminal, stty tostop), each of
 * which would end or stop the program because of us. All three go to the writing thread, so it is enough to block them there
 * and to take away the one that the write left pending, unless it was pending before.
 */
#include "preload/guarded_write.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "preload/x86_64/syscall.h"

/* The kernel's signal set on x86-64: one word. */
#define SET(signal) (UINT64_C(1) << ((signal)-1))
#define GUARDED (SET(SIGPIPE) | SET(SIGXFSZ) | SET(SIGTTOU))

#define PATIENCE_MS 200 /* for a full pipe; after the first time that it was in vain, none */

static _Atomic bool reader_is_stuck;

/* False: `fd` is a pipe, socket or terminal that stays full. A program that waits for the very process that should empty the
   pipe would otherwise hang because of our lines. */
static bool
wait_until_writable(int fd)
{
	struct pollfd ready = {.fd = fd, .events = POLLOUT};
	struct timespec patience = {0, PATIENCE_MS * 1000000};
	int64_t count;

	if (atomic_load(&reader_is_stuck))
		patience.tv_nsec = 0;
	do {
		count = syscall6(__NR_ppoll, (uint64_t)&ready, 1, (uint64_t)&patience, 0, 0, 0);
	} while (
		count ==
		-EINTR); /* the kernel leaves in `patience` what remains of it (ppoll(2), "C library/kernel differences") */
	atomic_store(&reader_is_stuck, count == 0);
	return count != 0;
}

static int
write_all(int fd, uint32_t mode, const char *bytes, size_t length)
{
	while (length > 0) {
		int64_t written;

		if (!S_ISREG(mode) && !wait_until_writable(fd))
			return -EAGAIN;
		written = syscall3(__NR_write, (uint64_t)fd, (uint64_t)bytes, length);
		if (written == -EINTR)
			continue;
		if (written < 0)
			return (int)written;
		bytes += written;
		length -= (size_t)written;
	}
	return 0;
}

static void
discard_pending(uint64_t set)
{
	struct timespec at_once = {0, 0};

	syscall4(__NR_rt_sigtimedwait, (uint64_t)&set, 0, (uint64_t)&at_once, sizeof(set));
}

/* Without a limit on its size a regular file raises none of the three, and the signal mask need not be touched. */
static bool
raises_no_signal(uint32_t mode)
{
	struct rlimit limit = {0, 0};

	return S_ISREG(mode) && syscall4(__NR_prlimit64, 0, RLIMIT_FSIZE, 0, (uint64_t)&limit) == 0 &&
	       limit.rlim_cur == RLIM_INFINITY;
}

int
guarded_write(int fd, uint32_t mode, const char *bytes, size_t length)
{
	uint64_t guarded = GUARDED, mask = 0, pending = 0;
	int error;

	if (raises_no_signal(mode))
		return write_all(fd, mode, bytes, length);
	syscall4(__NR_rt_sigprocmask, SIG_BLOCK, (uint64_t)&guarded, (uint64_t)&mask, sizeof(mask));
	syscall2(__NR_rt_sigpending, (uint64_t)&pending, sizeof(pending));
	error = write_all(fd, mode, bytes, length);
	if (error == -EPIPE && (pending & SET(SIGPIPE)) == 0)
		discard_pending(SET(SIGPIPE));
	if (error == -EFBIG && (pending & SET(SIGXFSZ)) == 0)
		discard_pending(SET(SIGXFSZ));
	syscall4(__NR_rt_sigprocmask, SIG_SETMASK, (uint64_t)&mask, 0, sizeof(mask));
	return error;
}
