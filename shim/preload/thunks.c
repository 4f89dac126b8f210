/* thunks.c: see thunks.h. One task at a time, which a handler may interrupt; calls the kernel only. */
#include "preload/thunks.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>

#include "preload/memory.h"
#include "preload/modules.h"
#include "preload/pages.h"
#include "preload/x86_64/syscall.h"

#define THUNK_SIZE 16
#define THUNKS_IN_PAGE 256
#define PAGES_MAX 8
#define STEP (UINT64_C(1) << 20)
#define REACH (UINT64_C(1) << 30) /* half of a jump's, so that every site of a program below that size is reached */

extern const uint8_t probe_thunks[];

/* An entry's number is its own for ever, whoever is interrupted by whom: it is counted first. */
static struct {
	uint64_t page; /* 0: not there (yet) */
	_Atomic uint32_t used;
} pages[PAGES_MAX];
static _Atomic size_t page_count;

static bool
is_error(int64_t result)
{
	return result < 0 && result >= -4095;
}

/* Two pages below `near`, nothing mapped there before: free memory is what programs have below them. */
static uint64_t
reserve(uint64_t near)
{
	for (uint64_t distance = STEP; distance < REACH && distance < near; distance += STEP) {
		uint64_t wanted = (near - distance) & ~(PAGE_SIZE - 1);
		int64_t got = syscall6(__NR_mmap, wanted, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE,
				       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, (uint64_t)-1, 0);

		if ((uint64_t)got == wanted)
			return wanted;
		if (!is_error(got)) /* a kernel before 4.17 takes the address for a hint */
			syscall2(__NR_munmap, (uint64_t)got, 2 * PAGE_SIZE);
	}
	return 0;
}

/* Puts the page of jumps there, from this library's file. */
static bool
map_jumps(uint64_t page)
{
	const struct module *shim = modules_find((uint64_t)probe_thunks);
	int64_t fd, got = -1;

	if (shim == NULL)
		return false;
	fd = syscall3(__NR_open, (uint64_t)shim->path, O_RDONLY | O_CLOEXEC | O_NOCTTY, 0);
	if (fd < 0)
		return false;
	for (uint32_t i = 0; i < shim->program_header_count; i++) {
		const Elf64_Phdr *segment = &shim->program_headers[i];
		uint64_t start = shim->base + segment->p_vaddr;

		if (segment->p_type == PT_LOAD && (uint64_t)probe_thunks >= start &&
		    (uint64_t)probe_thunks < start + segment->p_filesz)
			got = syscall6(__NR_mmap, page, PAGE_SIZE, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED,
				       (uint64_t)fd, segment->p_offset + ((uint64_t)probe_thunks - start));
	}
	syscall1(__NR_close, (uint64_t)fd);
	return !is_error(got) && memcmp((const void *)page, probe_thunks, PAGE_SIZE) == 0;
}

static bool
is_near(uint64_t page, uint64_t near)
{
	return page < near ? near - page < REACH : page - near < REACH;
}

static uint64_t *
addresses_of(uint64_t page)
{
	return (uint64_t *)(page + PAGE_SIZE);
}

/* A page near enough with an entry to spare, that entry in `entry`; 0: there is none. */
static uint64_t
find_room(uint64_t near, uint32_t *entry)
{
	for (size_t i = 0; i < PAGES_MAX; i++) {
		if (pages[i].page == 0 || !is_near(pages[i].page, near) || pages[i].used >= THUNKS_IN_PAGE)
			continue;
		*entry = atomic_fetch_add(&pages[i].used, 1);
		if (*entry < THUNKS_IN_PAGE)
			return pages[i].page;
	}
	return 0;
}

static bool
add_page(uint64_t near)
{
	uint64_t page;

	if (page_count >= PAGES_MAX)
		return false;
	page = reserve(near);
	if (page == 0)
		return false;
	if (!map_jumps(page)) {
		syscall2(__NR_munmap, page, 2 * PAGE_SIZE);
		return false;
	}
	pages[atomic_fetch_add(&page_count, 1)].page = page;
	return true;
}

/* A stub that serves another site by now still has its thunk. */
static uint64_t
find_thunk(uint64_t near, uint64_t target)
{
	for (size_t i = 0; i < PAGES_MAX; i++)
		for (uint32_t j = 0; pages[i].page != 0 && is_near(pages[i].page, near) && j < pages[i].used; j++)
			if (j < THUNKS_IN_PAGE && addresses_of(pages[i].page)[j] == target)
				return pages[i].page + j * THUNK_SIZE;
	return 0;
}

uint64_t
thunks_make(uint64_t near, uint64_t target)
{
	uint64_t page, thunk = find_thunk(near, target);
	uint32_t entry;

	if (thunk != 0)
		return thunk;
	page = find_room(near, &entry);
	if (page == 0 && add_page(near))
		page = find_room(near, &entry);
	if (page == 0)
		return 0;
	addresses_of(page)[entry] = target;
	return page + entry * THUNK_SIZE;
}
