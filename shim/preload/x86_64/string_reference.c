/* string_reference.c: see string_reference.h. Constructor only. */
#include "preload/x86_64/string_reference.h"

#include <stddef.h>

#include "preload/x86_64/instruction.h"

static bool
is_in_module(const struct module *module, uint64_t address)
{
	for (uint32_t i = 0; i < module->program_header_count; i++) {
		const Elf64_Phdr *segment = &module->program_headers[i];
		uint64_t start = module->base + segment->p_vaddr;

		if (segment->p_type == PT_LOAD && address >= start &&
		    address + STRING_REFERENCE_ROOM <= start + segment->p_filesz)
			return true;
	}
	return false;
}

const char *
string_reference_find(const struct module *module, uint64_t start, uint64_t end, bool (*is_wanted)(const char *string))
{
	uint64_t found = 0;

	for (uint64_t at = start; at < end;) {
		struct instruction instruction;
		uint64_t string;

		if (!instruction_decode((const uint8_t *)at, end - at, &instruction))
			return NULL;
		at += instruction.length;
		string = at + (uint64_t)(int64_t)instruction.displacement;
		if (!instruction.is_address || string == found || !is_in_module(module, string) ||
		    !is_wanted((const char *)string))
			continue;
		if (found != 0)
			return NULL;
		found = string;
	}
	return (const char *)found;
}
