/* trace_record.c: see trace_record.h. Hot path. */
#include "preload/trace_record.h"

#include <string.h>

#include "preload/trace_windows.h"

#define PAYLOAD CLONESHIM_TRACE_PAYLOAD_SIZE

void
trace_record_measure(struct trace_record *record)
{
	record->first = NULL;
	record->length = 0;
}

bool
trace_record_reserve(struct trace_record *record)
{
	record->slots = (record->length + PAYLOAD - 1) / PAYLOAD;
	record->length = 0;
	record->first = trace_windows_reserve(record->slots, &record->number);
	return record->first != NULL;
}

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the first member is the lowest byte");

/* Put together by hand: the compiler takes parts of a struct that it knows from a page of constants, which a child of fork would have to
   bring in for it. */
static void
store_head(struct cloneshim_trace_slot *slot, struct cloneshim_trace_slot_head head, int order)
{
	uint64_t word =
		head.state | (uint64_t)head.kind << 8 | (uint64_t)head.slots << 16 | (uint64_t)head.length << 32;

	/* A slot is aligned, which its type does not say. */
	__atomic_store_n((uint64_t *)__builtin_assume_aligned(slot, 8), word, order);
}

static void
mark_continuation(struct trace_record *record, uint32_t place)
{
	store_head(&record->first[place],
		   (struct cloneshim_trace_slot_head){.state = CLONESHIM_TRACE_CONTINUATION, .slots = (uint16_t)place},
		   __ATOMIC_RELAXED);
}

void
trace_record_put(struct trace_record *record, const void *bytes, size_t length)
{
	const uint8_t *from = bytes;

	if (record->first == NULL) {
		record->length += (uint32_t)length;
		return;
	}
	while (length > 0) {
		uint32_t place = record->length / PAYLOAD, offset = record->length % PAYLOAD;
		size_t part = length < PAYLOAD - offset ? length : PAYLOAD - offset;

		if (place >= record->slots)
			return;
		if (offset == 0 && place > 0)
			mark_continuation(record, place);
		memcpy(record->first[place].payload + offset, from, part);
		record->length += (uint32_t)part;
		from += part;
		length -= part;
	}
}

void
trace_record_put_string(struct trace_record *record, const char *bytes, size_t length, uint32_t flags)
{
	struct cloneshim_trace_string string = {(uint32_t)length, flags};
	uint64_t zeros = 0;

	trace_record_put(record, &string, sizeof(string));
	trace_record_put(record, bytes, length);
	trace_record_put(record, &zeros, (8 - length % 8) % 8);
}

void
trace_record_commit(struct trace_record *record, enum cloneshim_trace_kind kind)
{
	store_head(record->first,
		   (struct cloneshim_trace_slot_head){.state = CLONESHIM_TRACE_FIRST,
						      .kind = (uint8_t)kind,
						      .slots = (uint16_t)record->slots,
						      .length = record->length},
		   __ATOMIC_RELEASE);
}
