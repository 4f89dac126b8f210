/* trace_windows.c: see trace_windows.h. Hot path but for trace_windows_open(); calls the kernel only. */
#include "preload/trace_windows.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "preload/pages.h"
#include "preload/x86_64/syscall.h"

#define HEADER_SIZE ((uint64_t)CLONESHIM_TRACE_HEADER_SIZE)
#define SLOT_SIZE ((uint64_t)CLONESHIM_TRACE_SLOT_SIZE)
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

/* What the program may still need of a limited address space is its own. */
static bool
may_map(uint64_t length)
{
	struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};

	syscall4(__NR_prlimit64, 0, RLIMIT_AS, 0, (uint64_t)&limit);
	return limit.rlim_cur == RLIM_INFINITY ||
	       atomic_load(&mapped_size) + length <= limit.rlim_cur / ADDRESS_SPACE_SHARE;
}

static int64_t
map_file(int fd, uint64_t window)
{
	return syscall6(__NR_mmap, 0, window_length(window), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE,
			(uint64_t)fd, window_offset(window));
}

int64_t
trace_windows_open(struct cloneshim_trace_header *mapped, int fd, uint64_t size)
{
	uint64_t next = __atomic_load_n(&mapped->next, __ATOMIC_RELAXED);
	int64_t window;

	map_size = size;
	for (window_shift = WINDOW_SHIFT_MAX; window_shift >= WINDOW_SHIFT_MIN; window_shift--) {
		first_window = next >> window_shift;
		if (window_length(first_window) == 0)
			first_window = 0; /* it is full */
		if (!may_map(window_length(first_window)))
			continue;
		window = map_file(fd, first_window);
		if (window < 0)
			continue;
		atomic_store(&windows[0], (struct cloneshim_trace_slot *)window);
		atomic_store(&mapped_size, window_length(first_window));
		header = mapped;
		return 0;
	}
	return -ENOMEM;
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
	if (address < 0)
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
trace_windows_header(void)
{
	return header;
}

void
trace_windows_enter_copy(void)
{
	struct cloneshim_trace_slot *start;

	pages_bring_in((uint64_t)header, (uint64_t)(header + 1));
	start = reach(__atomic_load_n(&header->next, __ATOMIC_RELAXED), 1);
	if (start != NULL)
		pages_bring_in((uint64_t)start, (uint64_t)start + PAGE_SIZE);
}

/* Reached before it is reserved: what cannot be written leaves no gap. */
struct cloneshim_trace_slot *
trace_windows_reserve(uint32_t slots, uint64_t *number)
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
