/* decoder.c: the shim's instruction decoder held against objdump(1), over all code of every libc. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libcs/libc.h"
#include "libcs/objdump.h"
#include "preload/x86_64/instruction.h"

#define FWAIT 0x9b

struct object {
	const char *file;
	const Elf64_Phdr *segments;
	int segment_count;
	size_t compared, different;
	char first[256];
};

/* The file's bytes at an address, and how many follow. */
static const uint8_t *
code_at(const struct object *object, uint64_t address, size_t *available)
{
	for (int i = 0; i < object->segment_count; i++) {
		const Elf64_Phdr *segment = &object->segments[i];
		if (segment->p_type == PT_LOAD && address >= segment->p_vaddr &&
		    address < segment->p_vaddr + segment->p_filesz) {
			*available = segment->p_vaddr + segment->p_filesz - address;
			return (const uint8_t *)object->file + segment->p_offset + (address - segment->p_vaddr);
		}
	}
	return NULL;
}

/* "jne    1234 <fork+0x20>": the target that objdump tells. */
static bool
says_target(const char *text, uint64_t *target)
{
	unsigned long value;
	const char *operand = strrchr(text, '<');
	if (!operand || operand - text < 3)
		return false;
	for (operand -= 2; operand > text && operand[-1] != ' '; operand--)
		;
	if (sscanf(operand, "%lx", &value) != 1)
		return false;
	*target = value;
	return true;
}

static bool
is_same(const struct objdump_line *line, const struct instruction *instruction)
{
	uint64_t target, next = line->address + instruction->length;
	if (line->next != 0 && next != line->next)
		return false;
	if (!instruction->is_relative_branch)
		return true;
	return says_target(line->text, &target) && target == next + (uint64_t)(int64_t)instruction->displacement;
}

/* Prefixes that objdump shows on a line of their own belong to the instruction behind them; an fwait that it joins to the next one
   is an instruction. */
static void
compare(const struct objdump_line *line, void *context)
{
	struct object *object = context;
	struct instruction instruction;
	size_t available = 0;
	const uint8_t *code = code_at(object, line->address, &available);
	if (strncmp(line->text, "(bad)", 5) == 0 || strncmp(line->text, "rex", 3) == 0 || (code && code[0] == FWAIT))
		return;
	object->compared++;
	if (code && instruction_decode(code, available, &instruction) && is_same(line, &instruction))
		return;
	if (object->different++ == 0)
		snprintf(object->first, sizeof(object->first), "%lx: %s", (unsigned long)line->address, line->text);
}

ParameterizedTestParameters(decoder, agrees_with_objdump)
{
	static int numbers[8];
	for (size_t i = 0; i < libc_count; i++)
		numbers[i] = (int)i;
	return cr_make_param_array(int, numbers, libc_count);
}

ParameterizedTest(int *number, decoder, agrees_with_objdump, .timeout = 200)
{
	const struct libc *libc = &libcs[*number];
	libc_require(libc);
	if (!run_program_exists("objdump"))
		cr_skip_test("%s: objdump is not installed", libc->name);
	char *path = libc_object(libc, 0), *file = run_read_file(path, NULL);
	cr_assert_not_null(file, "cannot read %s", path);
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)(void *)file;
	struct object object = {.file = file,
				.segments = (const Elf64_Phdr *)(void *)(file + header->e_phoff),
				.segment_count = header->e_phnum};
	objdump_walk(path, compare, &object);
	cr_assert_eq(object.different, 0, "%s: %zu of %zu instructions differ, the first is %s", path, object.different,
		     object.compared, object.first);
	cr_assert_gt(object.compared, 50000, "%s: only %zu instructions", path, object.compared);
	printf("libcs: %s: %zu instructions decoded as objdump does\n", libc->name, object.compared);
	free(file);
	free(path);
}
