/* trace_file.c: see trace_file.h. Constructor; calls the kernel only. */
#include "preload/trace_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "cloneshim/trace.h"
#include "decode/libc_calls.h"
#include "decode/names.h"
#include "decode/trace_header.h"
#include "preload/known_objects.h"
#include "preload/modules.h"
#include "preload/pages.h"
#include "preload/trace_make.h"
#include "preload/trace_windows.h"
#include "preload/x86_64/syscall.h"

#define HEADER_SIZE ((uint64_t)CLONESHIM_TRACE_HEADER_SIZE)
#define SIZE_MIN TRACE_HEADER_FILE_SIZE_MIN
#define MAP_SIZE_MAX (UINT64_C(1) << 40)

static uint64_t
own_key(void)
{
	const struct module *module;

	for (size_t place = 0; (module = modules_at(place)) != NULL; place++)
		if (module_is_shim(module))
			return known_objects_key(module);
	return 0;
}

static bool
has_our_calls(const struct cloneshim_trace_header *found)
{
	if (found->call_count != LIBC_CALL_COUNT)
		return false;
	for (uint32_t i = 0; i < LIBC_CALL_COUNT; i++)
		if (memcmp(found->calls[i], libc_call_info((enum libc_call)i)->name, sizeof(found->calls[i])) != 0)
			return false;
	return true;
}

/* NULL: the header is that of a trace that this shim can write into. */
static const char *
why_not_joined(const struct cloneshim_trace_header *found, uint64_t file_size)
{
	uint64_t key = own_key();

	if (memcmp(found->magic, CLONESHIM_TRACE_MAGIC, sizeof(found->magic)) != 0)
		return "a trace or a new file; this one is something else";
	if (found->byte_order != CLONESHIM_TRACE_BYTE_ORDER)
		return "a trace of this machine's byte order";
	if (found->version != CLONESHIM_TRACE_VERSION || found->slot_size != CLONESHIM_TRACE_SLOT_SIZE ||
	    found->header_size != HEADER_SIZE)
		return "a trace of this version of cloneshim";
	if ((key == 0 || found->writer_key != key) && !has_our_calls(found))
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
	if (__atomic_load_n(&found->writer_key, __ATOMIC_RELAXED) == 0)
		__atomic_store_n(&found->writer_key, own_key(), __ATOMIC_RELAXED);
	return trace_windows_open(found, fd, size_to_map(found->map_size, (uint64_t)size));
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
	page = syscall6(__NR_mmap, 0, HEADER_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, (uint64_t)fd, 0);
	if (page < 0)
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
	int64_t lock = trace_make_lock(path), result = join(path, why);

	if (result == -ENOENT || result == -ENODATA) {
		result = trace_make(path, size, result == -ENODATA);
		if (result == 0 || result == -EEXIST)
			result = join(path, why);
	}
	if (lock >= 0)
		syscall1(__NR_close, (uint64_t)lock);
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
