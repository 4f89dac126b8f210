/* symbols.c: names and addresses in a dynamic symbol table, here one of four functions made by hand. */
#include "preload/symbols.h"

#include <criterion/criterion.h>
#include <string.h>

#include "preload/modules.h"

static const char strings[] = "\0__libc_fork\0fork\0clone\0old\0";

#define FUNCTION ELF64_ST_INFO(STB_GLOBAL, STT_FUNC)

static const Elf64_Sym table[] = {
	{0},
	{.st_name = 1, .st_info = FUNCTION, .st_shndx = 1, .st_value = 0x1000, .st_size = 0x40},
	{.st_name = 13, .st_info = FUNCTION, .st_shndx = 1, .st_value = 0x1000, .st_size = 0x40},
	{.st_name = 18, .st_info = FUNCTION, .st_shndx = SHN_UNDEF},
	{.st_name = 24, .st_info = FUNCTION, .st_shndx = 1, .st_value = 0x2000, .st_size = 0x10},
};

/* One bucket, so that every name is on one chain; "old" is not its version's default. */
static const uint32_t hash[] = {1, 5, 1, 0, 2, 3, 4, 0};
static const uint16_t versions[] = {0, 2, 2, 2, 2 | 0x8000};

static const struct module module = {
	.base = 0x7f0000000000, .symbols = table, .strings = strings, .sysv_hash = hash, .versions = versions};

static const char *
name_at(uint64_t offset)
{
	const Elf64_Sym *symbol = symbols_find_by_offset(&module, offset);

	return symbol != NULL ? strings + symbol->st_name : "none";
}

Test(symbols, by_name, .timeout = 20)
{
	cr_expect_eq(symbols_find_by_name(&module, "fork"), &table[2]);
	cr_expect_null(symbols_find_by_name(&module, "vfork"));
}

Test(symbols, a_reference_is_no_definition, .timeout = 20)
{
	cr_expect_null(symbols_find_by_name(&module, "clone"));
}

Test(symbols, a_hidden_version_is_not_found, .timeout = 20)
{
	cr_expect_null(symbols_find_by_name(&module, "old"));
}

/* The first and the last byte belong to the function, the byte behind it to none; of two names the shorter is given. */
Test(symbols, by_address, .timeout = 20)
{
	cr_expect_str_eq(name_at(0x0fff), "none");
	cr_expect_str_eq(name_at(0x1000), "fork");
	cr_expect_str_eq(name_at(0x103f), "fork");
	cr_expect_str_eq(name_at(0x1040), "none");
	cr_expect_str_eq(name_at(0x2008), "old");
}
