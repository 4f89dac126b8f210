/* unwind_index.c: see unwind_index.h. Reads the module's memory. */
#include "preload/unwind_index.h"

#include <stddef.h>

/* The encodings that every linker writes: the table sorted, both its columns relative to the header. LSB Core 10.5.1. */
#define PC_RELATIVE_SIGNED4 0x1b
#define UNSIGNED4 0x03
#define HEADER_RELATIVE_SIGNED4 0x3b

struct eh_frame_header {
	uint8_t version, frame_encoding, count_encoding, table_encoding;
	int32_t frame;
	uint32_t count;
	struct {
		int32_t function, description;
	} table[];
};

static const struct eh_frame_header *
find_header(const struct module *module)
{
	for (uint32_t i = 0; i < module->program_header_count; i++) {
		const Elf64_Phdr *segment = &module->program_headers[i];
		const struct eh_frame_header *header = (const void *)(module->base + segment->p_vaddr);

		if (segment->p_type == PT_GNU_EH_FRAME)
			return header->version == 1 && header->frame_encoding == PC_RELATIVE_SIGNED4 &&
					       header->count_encoding == UNSIGNED4 &&
					       header->table_encoding == HEADER_RELATIVE_SIGNED4
				       ? header
				       : NULL;
	}
	return NULL;
}

/* The head of a frame description, with the encoding that linkers give it, LSB Core 10.6.1.2. */
struct frame_description {
	uint32_t length, common;
	int32_t start; /* relative to this member */
	uint32_t size;
};

/* Where the function of a description ends; 0: it is encoded otherwise. */
static uint64_t
end_of_described(uint64_t description, uint64_t start)
{
	const struct frame_description *frame = (const struct frame_description *)description;

	if ((uint64_t)&frame->start + (uint64_t)(int64_t)frame->start != start)
		return 0;
	return start + frame->size;
}

bool
unwind_index_function(const struct module *module, uint64_t address, uint64_t *start, uint64_t *end)
{
	const struct eh_frame_header *header = find_header(module);
	int64_t wanted = (int64_t)(address - (uint64_t)header);
	uint32_t low = 0, high;

	if (header == NULL || header->count == 0 || header->table[0].function > wanted)
		return false;
	high = header->count;
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (header->table[middle].function <= wanted)
			low = middle;
		else
			high = middle;
	}
	*start = (uint64_t)header + (uint64_t)(int64_t)header->table[low].function;
	if (low + 1 < header->count)
		*end = (uint64_t)header + (uint64_t)(int64_t)header->table[low + 1].function;
	else
		*end = end_of_described((uint64_t)header + (uint64_t)(int64_t)header->table[low].description, *start);
	return address < *end;
}
