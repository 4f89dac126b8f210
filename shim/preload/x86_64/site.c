/* site.c: see site.h. Constructor only. */
#include "preload/x86_64/site.h"

#include <stddef.h>

#include "preload/unwind_index.h"
#include "preload/x86_64/instruction.h"

#define NEARBY (UINT64_C(16) << 10)

static bool
looks_like_site(uint64_t address, uint32_t nr)
{
	const uint8_t *code = (const uint8_t *)address;

	return code[0] == 0xb8 && (code[1] | code[2] << 8 | code[3] << 16 | (uint32_t)code[4] << 24) == nr &&
	       code[5] == 0x0f && code[6] == 0x05;
}

/* Whether a branch to `target` would land in the site at `mov` other than on its first byte. */
static bool
leads_into(uint64_t target, uint64_t mov)
{
	return target > mov && target <= mov + SITE_MOV_LENGTH;
}

/* Decodes the whole function: `mov` must begin an instruction, and no branch may lead into the site. */
static bool
is_proven(uint64_t start, uint64_t end, uint64_t mov)
{
	bool is_boundary = false;

	for (uint64_t at = start; at < end;) {
		struct instruction instruction;

		if (!instruction_decode((const uint8_t *)at, end - at, &instruction))
			return false;
		is_boundary |= at == mov;
		at += instruction.length;
		if (instruction.is_relative_branch && leads_into(at + (uint64_t)(int64_t)instruction.displacement, mov))
			return false;
	}
	return is_boundary;
}

bool
site_find(uint64_t start, uint64_t end, uint32_t nr, uint64_t *address)
{
	uint64_t found = 0;

	for (uint64_t at = start; at + SITE_LENGTH <= end; at++) {
		if (!looks_like_site(at, nr))
			continue;
		if (found != 0)
			return false;
		found = at;
	}
	if (found == 0 || !is_proven(start, end, found))
		return false;
	*address = found + SITE_MOV_LENGTH;
	return true;
}

/* The part of the module's text, without write access, that holds `near`. */
static bool
text_around(const struct module *module, uint64_t near, uint64_t *start, uint64_t *end)
{
	for (uint32_t i = 0; i < module->program_header_count; i++) {
		const Elf64_Phdr *segment = &module->program_headers[i];

		*start = module->base + segment->p_vaddr;
		*end = *start + segment->p_filesz;
		if (segment->p_type == PT_LOAD && segment->p_flags == (PF_R | PF_X) && near >= *start && near < *end)
			return true;
	}
	return false;
}

/* A function's unwind information may end at its `syscall`, as glibc's clone and clone3 do, lest a new task be unwound into its
   creator; what follows up to the next function still belongs to it. */
static bool
search_range(const struct module *module, uint64_t from, uint64_t to, uint32_t nr, uint64_t *address)
{
	uint64_t found = 0, start, end;

	for (uint64_t at = from; at + SITE_LENGTH <= to; at++) {
		if (!looks_like_site(at, nr))
			continue;
		if (found != 0)
			return false;
		found = at;
	}
	if (found == 0 || !unwind_index_function(module, found, &start, &end))
		return false;
	return site_find(start, end < found + SITE_LENGTH ? found + SITE_LENGTH : end, nr, address);
}

bool
site_search(const struct module *module, uint64_t near, uint32_t nr, uint64_t *address)
{
	uint64_t start, end, from, to;

	if (!text_around(module, near, &start, &end))
		return false;
	from = near - start > NEARBY ? near - NEARBY : start;
	to = end - near > NEARBY ? near + NEARBY : end;
	return search_range(module, from, to, nr, address) || search_range(module, start, end, nr, address);
}
