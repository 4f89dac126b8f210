/* empty_function.c: see empty_function.h. */
#include "preload/x86_64/empty_function.h"

#include "preload/x86_64/instruction.h"
#include "preload/x86_64/jump.h"

#define SLOT 16 /* what functions are aligned to */
#define RET 0xc3
#define ENDBR64_LENGTH 4

static bool
is_endbr64(const uint8_t *code)
{
	return code[0] == 0xf3 && code[1] == 0x0f && code[2] == 0x1e && code[3] == 0xfa;
}

/* The length of what a linker or an assembler fills gaps with: int3, or a nop with any number of prefixes (Intel SDM volume 2, NOP).
   0: it is something else. */
static size_t
padding_length(const uint8_t *code, size_t available)
{
	struct instruction instruction;
	size_t prefixes = 0;

	if (available == 0)
		return 0;
	if (code[0] == 0xcc)
		return 1;
	while (prefixes + 1 < available && (code[prefixes] == 0x66 || code[prefixes] == 0x2e))
		prefixes++;
	if (code[prefixes] != 0x90 &&
	    !(prefixes + 1 < available && code[prefixes] == 0x0f && code[prefixes + 1] == 0x1f))
		return 0;
	return instruction_decode(code, available, &instruction) ? instruction.length : 0;
}

bool
empty_function_find_return(const uint8_t *code, size_t available, size_t *offset)
{
	size_t begin = available > ENDBR64_LENGTH && is_endbr64(code) ? ENDBR64_LENGTH : 0;
	size_t place = ((uintptr_t)code + begin) % SLOT;

	if (available < begin + JUMP_LENGTH || code[begin] != RET || place + JUMP_LENGTH > SLOT)
		return false;
	for (size_t at = begin + 1; at < begin + JUMP_LENGTH;) {
		size_t length = padding_length(code + at, available - at);

		if (length == 0)
			return false;
		at += length;
	}
	*offset = begin;
	return true;
}
