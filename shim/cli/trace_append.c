/* trace_append.c: see trace_append.h. The slots are written through a mapping, as the other writers do. */
#include "cli/trace_append.h"

#include <string.h>
#include <sys/mman.h>

#define PAYLOAD ((size_t)CLONESHIM_TRACE_PAYLOAD_SIZE)
#define SLOT_SIZE ((uint64_t)CLONESHIM_TRACE_SLOT_SIZE)
#define PAGE ((uint64_t)CLONESHIM_TRACE_HEADER_SIZE)

/* False: there is no room. */
static bool
reserve(struct cloneshim_trace_header *header, uint64_t slots, uint64_t *first)
{
	uint64_t room = __atomic_load_n(&header->slot_count, __ATOMIC_ACQUIRE);

	*first = __atomic_load_n(&header->next, __ATOMIC_RELAXED);
	do {
		if (*first > room || room - *first < slots)
			return false;
	} while (!__atomic_compare_exchange_n(&header->next, first, *first + slots, true, __ATOMIC_RELAXED,
					      __ATOMIC_RELAXED));
	return true;
}

static void
store_head(struct cloneshim_trace_slot *slot, struct cloneshim_trace_slot_head head, int order)
{
	uint64_t word;

	memcpy(&word, &head, sizeof(word));
	/* A slot is aligned, which its type does not say. */
	__atomic_store_n((uint64_t *)__builtin_assume_aligned(slot, 8), word, order);
}

/* The head of the first slot comes last: with it the record is there. */
static void
fill(struct cloneshim_trace_slot *slots, enum cloneshim_trace_kind kind, const uint8_t *record, size_t length)
{
	uint16_t count = (uint16_t)((length + PAYLOAD - 1) / PAYLOAD);

	for (uint16_t i = 0; i < count; i++) {
		size_t left = length - i * PAYLOAD;

		memcpy(slots[i].payload, record + i * PAYLOAD, left < PAYLOAD ? left : PAYLOAD);
		if (i > 0)
			store_head(
				&slots[i],
				(struct cloneshim_trace_slot_head){.state = CLONESHIM_TRACE_CONTINUATION, .slots = i},
				__ATOMIC_RELAXED);
	}
	store_head(&slots[0],
		   (struct cloneshim_trace_slot_head){.state = CLONESHIM_TRACE_FIRST,
						      .kind = (uint8_t)kind,
						      .slots = count,
						      .length = (uint32_t)length},
		   __ATOMIC_RELEASE);
}

bool
trace_append(struct trace_new *trace, enum cloneshim_trace_kind kind, const void *record, size_t length)
{
	uint64_t slots = (length + PAYLOAD - 1) / PAYLOAD, first, offset, start;
	uint8_t *bytes = MAP_FAILED;

	if (reserve(trace->header, slots, &first)) {
		offset = CLONESHIM_TRACE_HEADER_SIZE + first * SLOT_SIZE;
		start = offset & ~(PAGE - 1);
		bytes = mmap(NULL, offset - start + slots * SLOT_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, trace->fd,
			     (off_t)start);
	}
	if (bytes == MAP_FAILED) {
		__atomic_fetch_add(&trace->header->lost, 1, __ATOMIC_RELAXED);
		return false;
	}
	fill((struct cloneshim_trace_slot *)(void *)(bytes + (offset - start)), kind, record, length);
	munmap(bytes, offset - start + slots * SLOT_SIZE);
	return true;
}
