/* string_reference.c: strings that code takes the address of, in an object made by hand: code first, its strings behind. */
#include "preload/x86_64/string_reference.h"

#include <criterion/criterion.h>
#include <string.h>

#define LEA_RDX 0x48, 0x8d, 0x15
#define LEA_R8 0x4c, 0x8d, 0x05

/* Counts from the next instruction; little-endian. */
#define DISPLACEMENT(value) (value), 0, 0, 0

static const struct {
	uint8_t code[32];
	char strings[64];
} object = {
	{
		LEA_RDX,
		DISPLACEMENT(32 - 7), /* "usage" */
		LEA_R8,
		DISPLACEMENT(32 + 16 - 14), /* "1.2.3" */
		LEA_RDX,
		DISPLACEMENT(32 + 16 - 21), /* once more */
		0xc3,
	},
	"usage\0..........1.2.3",
};

static const Elf64_Phdr segment = {.p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_filesz = sizeof(object)};

static const char *
find(size_t code_length, bool (*is_wanted)(const char *string))
{
	uint64_t start = (uint64_t)&object;
	struct module module = {.base = start, .program_headers = &segment, .program_header_count = 1};

	return string_reference_find(&module, start, start + code_length, is_wanted);
}

static bool
is_number(const char *string)
{
	return string[0] == '1';
}

static bool
is_usage(const char *string)
{
	return strcmp(string, "usage") == 0;
}

static bool
is_anything(const char *string)
{
	(void)string;
	return true;
}

static bool
is_nothing(const char *string)
{
	(void)string;
	return false;
}

Test(string_reference, each_by_what_it_says, .timeout = 20)
{
	cr_expect_str_eq(find(22, is_usage), "usage");
	cr_expect_str_eq(find(22, is_number), "1.2.3");
	cr_expect_null(find(22, is_nothing));
}

/* Twice the same is one, two that are wanted are none. */
Test(string_reference, which_of_two_is_not_known, .timeout = 20)
{
	cr_expect_str_eq(find(7, is_anything), "usage");
	cr_expect_null(find(14, is_anything));
}

Test(string_reference, cut_instruction, .timeout = 20)
{
	cr_expect_null(find(20, is_usage));
}

/* An address near the end of what can be read, or behind it, is nobody's string. */
Test(string_reference, outside_of_the_object, .timeout = 20)
{
	static const Elf64_Phdr code_only = {.p_type = PT_LOAD, .p_filesz = sizeof(object.code)};
	uint64_t start = (uint64_t)&object;
	struct module module = {.base = start, .program_headers = &code_only, .program_header_count = 1};

	cr_expect_null(string_reference_find(&module, start, start + 22, is_anything));
}
