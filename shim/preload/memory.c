/* memory.c: see memory.h. Hot path; calls nothing but the kernel. */
#include "preload/memory.h"

#include <errno.h>
#include <sys/uio.h>

#include "preload/pages.h"
#include "preload/x86_64/syscall.h"

/* A word at any address. */
typedef uint64_t __attribute__((aligned(1), may_alias)) word;

#define LONG_COPY 512 /* bytes from which on the instruction for copies is faster than a loop, its start included */

/* Records are short, and copied in parts of a slot. */
void *
memcpy(void *restrict to, const void *restrict from, size_t size)
{
	char *target = to;
	const char *source = from;
	size_t i = 0;

	if (size >= LONG_COPY) {
		__asm__ volatile("rep movsb" : "+D"(target), "+S"(source), "+c"(size) : : "memory");
		return to;
	}
	for (; i + sizeof(word) <= size; i += sizeof(word))
		*(word *)(target + i) = *(const word *)(source + i);
	for (; i < size; i++)
		target[i] = source[i];
	return to;
}

void *
memmove(void *to, const void *from, size_t size)
{
	char *target = to;
	const char *source = from;

	if (target <= source)
		return memcpy(to, from, size);
	while (size-- > 0)
		target[size] = source[size];
	return to;
}

void *
memset(void *to, int byte, size_t size)
{
	void *start = to;

	__asm__ volatile("rep stosb" : "+D"(to), "+c"(size) : "a"(byte) : "memory");
	return start;
}

int
memcmp(const void *left, const void *right, size_t size)
{
	const unsigned char *l = left, *r = right;
	size_t i = 0;

	while (i + sizeof(word) <= size && *(const word *)(l + i) == *(const word *)(r + i))
		i += sizeof(word);
	for (; i < size; i++)
		if (l[i] != r[i])
			return l[i] - r[i];
	return 0;
}

/* rt_sigprocmask copies the new set from the program's memory before it looks at `how`: EFAULT when it cannot, EINVAL for
   this `how`, and in either case no mask changes (kernel/signal.c). It copies eight bytes, no more. */
static bool
word_readable(uint64_t address)
{
	return syscall4(__NR_rt_sigprocmask, ~0u, address, 0, 8) == -EINVAL;
}

/* The aligned words that hold the first and the last byte: none of them leaves the byte's page. */
bool
memory_readable(uint64_t address, size_t size)
{
	uint64_t first = address & ~UINT64_C(7), last = (address + size - 1) & ~UINT64_C(7);

	if (last < first)
		return false;
	return word_readable(first) && (last == first || word_readable(last));
}

bool
memory_copy(void *to, uint64_t address, size_t size)
{
	struct iovec local = {to, size}, remote = {(void *)address, size};
	uint64_t pid = (uint64_t)syscall0(__NR_getpid);

	return syscall6(__NR_process_vm_readv, pid, (uint64_t)&local, 1, (uint64_t)&remote, 1, 0) == (int64_t)size;
}

bool
memory_reaches(struct memory_reader *reader, uint64_t address)
{
	uint64_t page = address & ~(PAGE_SIZE - 1);

	if ((page == 0 || reader->page != page) && !memory_readable(address, 1))
		return false;
	reader->page = page;
	return true;
}
