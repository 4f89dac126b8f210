/* trace_header.c: see trace_header.h. Pure. */
#include "decode/trace_header.h"

#include <stddef.h>
#include <string.h>

#include "cloneshim/version.h"
#include "decode/libc_calls.h"

_Static_assert(sizeof(struct cloneshim_trace_header) <= CLONESHIM_TRACE_HEADER_SIZE, "the header is a page");
_Static_assert(offsetof(struct cloneshim_trace_header, slot_count) % 64 == 0 &&
		       offsetof(struct cloneshim_trace_header, next) % 64 == 0 &&
		       offsetof(struct cloneshim_trace_header, lost) % 64 == 0,
	       "what changes has cache lines of its own");
_Static_assert(sizeof(struct cloneshim_trace_slot) == CLONESHIM_TRACE_SLOT_SIZE, "a slot is a cache line");
_Static_assert(LIBC_CALL_COUNT <= CLONESHIM_TRACE_CALLS_MAX, "every libc call has a number in the header");

uint64_t
trace_header_slots(uint64_t file_size)
{
	return (file_size - CLONESHIM_TRACE_HEADER_SIZE) / CLONESHIM_TRACE_SLOT_SIZE;
}

void
trace_header_fill(struct cloneshim_trace_header *header, uint64_t file_size, uint64_t map_size,
		  struct trace_header_times now)
{
	memset(header, 0, sizeof(*header));
	memcpy(header->magic, CLONESHIM_TRACE_MAGIC, sizeof(header->magic));
	header->byte_order = CLONESHIM_TRACE_BYTE_ORDER;
	header->version = CLONESHIM_TRACE_VERSION;
	header->header_size = CLONESHIM_TRACE_HEADER_SIZE;
	header->slot_size = CLONESHIM_TRACE_SLOT_SIZE;
	memcpy(header->machine, "x86_64", sizeof("x86_64"));
	memcpy(header->writer, CLONESHIM_VERSION, sizeof(CLONESHIM_VERSION));
	header->start_monotonic_ns = now.monotonic_ns;
	header->start_realtime_ns = now.realtime_ns;
	header->map_size = map_size;
	header->slot_count = trace_header_slots(file_size);
	header->call_count = LIBC_CALL_COUNT;
	for (uint32_t i = 0; i < LIBC_CALL_COUNT; i++)
		memcpy(header->calls[i], libc_call_info((enum libc_call)i)->name, sizeof(header->calls[i]));
}
