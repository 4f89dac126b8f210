/*
 * trace_file.c: see trace_file.h. Constructor but for trace_file_reserve(); calls the kernel only.
 *
 * A new trace is made without a name, or under another, and linked to its own when it is whole, so that whoever joins it finds it whole. Its space is
 * allocated before it is mapped: a page that the disk has no room for would be a SIGBUS inside the program. Nothing is written
 * beyond RLIMIT_FSIZE, which would be a SIGXFSZ.
 */
#include "preload/trace_file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "decode/config.h"
#include "decode/libc_calls.h"
#include "decode/names.h"
#include "decode/trace_header.h"
#include "preload/clock.h"
#include "preload/pages.h"
#include "preload/x86_64/syscall.h"

#define HEADER_SIZE ((uint64_t)CLONESHIM_TRACE_HEADER_SIZE)
#define SLOT_SIZE ((uint64_t)CLONESHIM_TRACE_SLOT_SIZE)
#define SIZE_MIN TRACE_HEADER_FILE_SIZE_MIN
#define MAP_SIZE_MAX (UINT64_C(1) << 40)
#define ADDRESS_SPACE_SHARE 16 /* of a limited address space (RLIMIT_AS), one part in so many is ours */

#define WINDOW_SHIFT_MAX 20 /* 2^20 slots, 64 MiB */
#define WINDOW_SHIFT_MIN 13 /* 512 KiB */
#define WINDOWS_NEAR 16     /* in a table of their own, as few programs come farther */
#define WINDOWS_MAX 1024    /* of 64 MiB each: as far as a trace can grow */

/* Mapping all that a trace could grow to would cost nothing, but a program may limit its address space later (RLIMIT_AS), and then
   would have none left. So what is mapped is the part that is being written, a window; each reaches into the next one by a record
   of full length. Those that were mapped stay: somebody may still write there. */
static struct cloneshim_trace_header *header; /* NULL: nothing is recorded */
static unsigned window_shift;                 /* log2 of the slots of a window */
static uint64_t first_window;                 /* that this process mapped first, windows[0] */
static uint64_t map_size;                     /* bytes of the file, all in all, that may be mapped */
static _Atomic uint64_t mapped_size;          /* bytes, of all windows */
static struct cloneshim_trace_slot *_Atomic windows[WINDOWS_NEAR];
static RARELY_USED struct cloneshim_trace_slot *_Atomic far_windows[WINDOWS_MAX - WINDOWS_NEAR];

/* Pages are asked for some at a time, ahead: a page that the first write to it brings in costs many times as much, as an exception and
   in the page tables of a virtual machine. */
#define AHEAD_MIN UINT64_C(0x4000)
#define AHEAD_MAX UINT64_C(0x20000)
static _Atomic uint64_t present_end; /* offset in the file up to which they have been asked for */
static _Atomic uint64_t ahead = AHEAD_MIN;

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

static uint64_t
soft_limit(int resource)
{
	struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};

	syscall4(__NR_prlimit64, 0, (uint64_t)resource, 0, (uint64_t)&limit);
	return limit.rlim_cur;
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

/* Makes the trace. `replaces`: an empty file is there. -EEXIST: somebody else was faster. */
static int64_t
make(const char *path, uint64_t size, bool replaces)
{
	uint64_t limit = soft_limit(RLIMIT_FSIZE);
	int64_t result;

	if (limit != RLIM_INFINITY && size > limit)
		size = limit & ~(SLOT_SIZE - 1);
	if (size < SIZE_MIN)
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

/* NULL: the header is that of a trace that this shim can write into. */
static const char *
why_not_joined(const struct cloneshim_trace_header *found, uint64_t file_size)
{
	if (memcmp(found->magic, CLONESHIM_TRACE_MAGIC, sizeof(found->magic)) != 0)
		return "a trace or a new file; this one is something else";
	if (found->byte_order != CLONESHIM_TRACE_BYTE_ORDER)
		return "a trace of this machine's byte order";
	if (found->version != CLONESHIM_TRACE_VERSION || found->slot_size != SLOT_SIZE ||
	    found->header_size != HEADER_SIZE)
		return "a trace of this version of cloneshim";
	for (uint32_t i = 0; i < LIBC_CALL_COUNT; i++)
		if (found->call_count != LIBC_CALL_COUNT ||
		    memcmp(found->calls[i], libc_call_info((enum libc_call)i)->name, sizeof(found->calls[i])) != 0)
			return "a trace of this version of cloneshim";
	if (file_size < SIZE_MIN || found->slot_count > trace_header_slots(file_size))
		return "a trace that was not cut short";
	return NULL;
}

/* How much of the file can be mapped: as far as it may be extended, but for a header that asks for more than any trace has. */
static uint64_t
size_to_map(uint64_t announced, uint64_t file_size)
{
	return announced > file_size && announced <= MAP_SIZE_MAX ? announced : file_size;
}

static uint64_t
window_offset(uint64_t window)
{
	return HEADER_SIZE + (window << window_shift) * SLOT_SIZE;
}

/* Bytes to map for a window; 0: it is beyond all that may be mapped. */
static uint64_t
window_length(uint64_t window)
{
	uint64_t offset = window_offset(window);
	uint64_t length = ((UINT64_C(1) << window_shift) + CLONESHIM_TRACE_RECORD_SLOTS_MAX) * SLOT_SIZE;

	if (offset >= map_size)
		return 0;
	return length < map_size - offset ? length : map_size - offset;
}

static int64_t
map_part(int fd, uint64_t offset, uint64_t length)
{
	return syscall6(__NR_mmap, 0, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, (uint64_t)fd, offset);
}

static bool
is_error(int64_t address)
{
	return address < 0 && address >= -4095;
}

/* What the program may still need of a limited address space is its own. */
static bool
may_map(uint64_t length)
{
	uint64_t limit = soft_limit(RLIMIT_AS);

	return limit == RLIM_INFINITY || atomic_load(&mapped_size) + length <= limit / ADDRESS_SPACE_SHARE;
}

/* The window that is being written. */
static int64_t
map(int fd, uint64_t size, uint64_t next)
{
	int64_t window;

	map_size = size;
	for (window_shift = WINDOW_SHIFT_MAX; window_shift >= WINDOW_SHIFT_MIN; window_shift--) {
		first_window = next >> window_shift;
		if (window_length(first_window) == 0)
			first_window = 0; /* it is full */
		if (!may_map(window_length(first_window)))
			continue;
		window = map_part(fd, window_offset(first_window), window_length(first_window));
		if (is_error(window))
			continue;
		atomic_store(&windows[0], (struct cloneshim_trace_slot *)window);
		atomic_store(&mapped_size, window_length(first_window));
		return 0;
	}
	return -ENOMEM;
}

static int64_t
size_of(int fd)
{
	struct stat status;
	int64_t result = syscall2(__NR_fstat, (uint64_t)fd, (uint64_t)&status);

	return result < 0 ? result : status.st_size;
}

/* The header is only looked at until it is known to be one. */
static int64_t
join_mapped(int fd, struct cloneshim_trace_header *found, int64_t size, struct out *why)
{
	const char *reason = why_not_joined(found, (uint64_t)size);
	int64_t result;

	if (reason != NULL) {
		/* `cloneshim run` may have extended the file since, and then slot_count. */
		size = size_of(fd);
		if (size < 0)
			return size;
		reason = why_not_joined(found, (uint64_t)size);
	}
	if (reason != NULL) {
		out_string(why, reason);
		return -EINVAL;
	}
	pages_bring_in((uint64_t)found, (uint64_t)(found + 1));
	result = map(fd, size_to_map(found->map_size, (uint64_t)size), found->next);
	if (result == 0)
		header = found;
	return result;
}

static int64_t
join_open(int fd, struct out *why)
{
	int64_t size = size_of(fd), page, result;

	if (size <= 0)
		return size < 0 ? size : -ENODATA;
	if (size < (int64_t)SIZE_MIN) {
		out_string(why, "a trace or a new file; this one is something else");
		return -EINVAL;
	}
	page = map_part(fd, 0, HEADER_SIZE);
	if (is_error(page))
		return page;
	result = join_mapped(fd, (struct cloneshim_trace_header *)page, size, why);
	if (result != 0)
		syscall2(__NR_munmap, (uint64_t)page, HEADER_SIZE);
	return result;
}

/* What is no regular file is not even opened: that alone may do something. -ENOENT: there is nothing; -ENODATA: there is an empty file. */
static int64_t
join(const char *path, struct out *why)
{
	struct stat status;
	int64_t result = syscall2(__NR_lstat, (uint64_t)path, (uint64_t)&status);
	int64_t fd;

	if (result < 0)
		return result;
	if (!S_ISREG(status.st_mode)) {
		out_string(why, S_ISLNK(status.st_mode) ? "a regular file, no symbolic link" : "a regular file");
		return -EINVAL;
	}
	fd = syscall3(__NR_open, (uint64_t)path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, 0);
	if (fd < 0)
		return fd;
	result = join_open((int)fd, why);
	syscall1(__NR_close, (uint64_t)fd);
	return result;
}

/* Of several that start at once, one after the other makes the trace, or finds it made: else each would need its space for a moment, and one
   might take another's away with what it takes for an empty file. Where no lock is to be had, it is at least never replaced. */
static int64_t
make_or_join(const char *path, uint64_t size, struct out *why)
{
	int64_t directory = syscall3(__NR_open, (uint64_t)directory_of(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	int64_t result;

	if (directory >= 0)
		lock((int)directory);
	result = join(path, why);
	if (result == -ENOENT || result == -ENODATA) {
		result = make(path, size, result == -ENODATA);
		if (result == 0 || result == -EEXIST)
			result = join(path, why);
	}
	if (directory >= 0)
		syscall1(__NR_close, (uint64_t)directory);
	return result;
}

int
trace_file_open(const char *path, uint64_t size, struct out *why)
{
	int64_t result = join(path, why);

	if (result == -ENOENT || result == -ENODATA)
		result = make_or_join(path, size, why);
	if (result < 0 && why->length == 0) {
		out_string(why, "a file that a trace can be recorded into (");
		out_string(why, names_errno((int)-result) != NULL ? names_errno((int)-result) : "unknown error");
		out_char(why, ')');
	}
	return (int)result;
}

static struct cloneshim_trace_slot *_Atomic *
window_at(uint64_t place)
{
	return place < WINDOWS_NEAR ? &windows[place] : &far_windows[place - WINDOWS_NEAR];
}

/* A window further on, without a descriptor: mremap(2) maps the pages of a shared mapping once more where the old size is 0, and
   what lies behind them. Two tasks may do so at once: one of them is faster. Hot path. */
static struct cloneshim_trace_slot *
map_window(uint64_t place)
{
	uint64_t from = place - 1, length = window_length(first_window + place), skipped;
	struct cloneshim_trace_slot *none = NULL;
	int64_t address;

	while (atomic_load(window_at(from)) == NULL)
		from--;
	skipped = window_offset(place) - window_offset(from);
	if (length == 0 || !may_map(length))
		return NULL;
	address = syscall6(__NR_mremap, (uint64_t)atomic_load(window_at(from)), 0, skipped + length, MREMAP_MAYMOVE, 0,
			   0);
	if (is_error(address))
		return NULL;
	syscall2(__NR_munmap, (uint64_t)address, skipped);
	address += (int64_t)skipped;
	if (atomic_compare_exchange_strong(window_at(place), &none, (struct cloneshim_trace_slot *)address)) {
		atomic_fetch_add(&mapped_size, length);
		return (struct cloneshim_trace_slot *)address;
	}
	syscall2(__NR_munmap, (uint64_t)address, length);
	return none;
}

/* Brings in the pages from `start`, which lies at `offset` of the file, on; more of them while one record follows the other. The kernel may
   refuse (before 5.14, or no room in memory): then each comes by itself. */
static void
bring_in(const struct cloneshim_trace_slot *start, uint64_t offset, uint64_t window_end)
{
	uint64_t size = atomic_load_explicit(&ahead, memory_order_relaxed);
	uint64_t page = offset & ~(PAGE_SIZE - 1);
	bool goes_on = page - atomic_load_explicit(&present_end, memory_order_relaxed) < size;

	size = !goes_on ? AHEAD_MIN : size < AHEAD_MAX ? 2 * size : size;
	atomic_store_explicit(&ahead, size, memory_order_relaxed);
	if (size > window_end - page)
		size = window_end - page;
	atomic_store_explicit(&present_end, page + size, memory_order_relaxed);
	pages_bring_in((uint64_t)start - (offset - page), (uint64_t)start - (offset - page) + size);
}

/* Where a record of `slots` slots from `first` on is in memory; NULL: it cannot be reached. */
static struct cloneshim_trace_slot *
reach(uint64_t first, uint32_t slots)
{
	uint64_t window = first >> window_shift, place = window - first_window;
	uint64_t offset = first - (window << window_shift), end;
	struct cloneshim_trace_slot *start;

	if (place >= WINDOWS_MAX || (offset + slots) * SLOT_SIZE > window_length(window))
		return NULL;
	start = atomic_load_explicit(window_at(place), memory_order_acquire);
	if (start == NULL)
		start = map_window(place);
	if (start == NULL)
		return NULL;
	end = window_offset(window) + (offset + slots) * SLOT_SIZE;
	if (end > atomic_load_explicit(&present_end, memory_order_relaxed))
		bring_in(start + offset, end - slots * SLOT_SIZE, window_offset(window) + window_length(window));
	return start + offset;
}

struct cloneshim_trace_header *
trace_file_header(void)
{
	return header;
}

void
trace_file_enter_copy(void)
{
	struct cloneshim_trace_slot *start;

	pages_bring_in((uint64_t)header, (uint64_t)(header + 1));
	start = reach(__atomic_load_n(&header->next, __ATOMIC_RELAXED), 1);
	if (start != NULL)
		pages_bring_in((uint64_t)start, (uint64_t)start + PAGE_SIZE);
}

/* Reached before it is reserved: what cannot be written leaves no gap. */
struct cloneshim_trace_slot *
trace_file_reserve(uint32_t slots, uint64_t *number)
{
	uint64_t first = __atomic_load_n(&header->next, __ATOMIC_RELAXED);
	uint64_t room = __atomic_load_n(&header->slot_count, __ATOMIC_ACQUIRE);
	struct cloneshim_trace_slot *start;

	do {
		start = first <= room && room - first >= slots ? reach(first, slots) : NULL;
		if (start == NULL) {
			__atomic_fetch_add(&header->lost, 1, __ATOMIC_RELAXED);
			return NULL;
		}
	} while (!__atomic_compare_exchange_n(&header->next, &first, first + slots, true, __ATOMIC_RELAXED,
					      __ATOMIC_RELAXED));
	*number = first;
	return start;
}
