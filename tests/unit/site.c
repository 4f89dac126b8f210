/* site.c: bytes that are a creation site, and bytes that only look like one. */
#include "preload/x86_64/site.h"

#include <criterion/criterion.h>

#define CLONE3 435
#define MOV_CLONE3 0xb8, 0xb3, 0x01, 0x00, 0x00
#define SYSCALL 0x0f, 0x05

static bool
find(const uint8_t *code, size_t size, size_t *offset)
{
	uint64_t address = 0;
	bool found = site_find((uint64_t)code, (uint64_t)code + size, CLONE3, &address);

	*offset = found ? address - (uint64_t)code : 0;
	return found;
}

#define expect_refused(code)                                                                     \
	do {                                                                                     \
		size_t offset;                                                                   \
		cr_expect_not(find(code, sizeof(code), &offset), "taken at offset %zu", offset); \
	} while (0)

/* glibc's __clone3: the address is that of the syscall instruction. */
Test(site, clone3_of_glibc, .timeout = 20)
{
	static const uint8_t code[] = {0xb8, 0xea, 0xff, 0xff, 0xff, 0x48, 0x85, 0xff, 0x74,       0x2c,
				       0x48, 0x85, 0xd2, 0x74, 0x27, 0x49, 0x89, 0xc8, MOV_CLONE3, SYSCALL,
				       0x48, 0x85, 0xc0, 0x7c, 0x18, 0x74, 0x01, 0xc3};
	size_t offset;

	cr_assert(find(code, sizeof(code), &offset));
	cr_expect_eq(offset, 23);
}

/* gVisor's mistake (its issue 10849): the same bytes as the immediate and the displacement of another instruction. */
Test(site, inside_another_instruction, .timeout = 20)
{
	static const uint8_t code[] = {0x48, 0xb9, MOV_CLONE3, SYSCALL, 0x00, 0xc3}; /* movabs $…,%rcx; ret */

	expect_refused(code);
}

/* A thread could arrive at the syscall with a number of its own. */
Test(site, branch_to_the_syscall, .timeout = 20)
{
	static const uint8_t code[] = {0x74, 0x05, MOV_CLONE3, SYSCALL, 0xc3}; /* je to the syscall */

	expect_refused(code);
}

Test(site, branch_from_behind_into_the_mov, .timeout = 20)
{
	static const uint8_t code[] = {0x90, MOV_CLONE3, SYSCALL, 0xeb, 0xf9, 0xc3}; /* jmp to the mov's third byte */

	expect_refused(code);
}

Test(site, branch_to_the_mov_itself_is_harmless, .timeout = 20)
{
	static const uint8_t code[] = {0x90, MOV_CLONE3, SYSCALL, 0xeb, 0xf7, 0xc3};
	size_t offset;

	cr_expect(find(code, sizeof(code), &offset));
}

Test(site, two_of_them, .timeout = 20)
{
	static const uint8_t code[] = {MOV_CLONE3, SYSCALL, MOV_CLONE3, SYSCALL, 0xc3};

	expect_refused(code);
}

Test(site, another_number, .timeout = 20)
{
	static const uint8_t code[] = {0xb8, 0x38, 0x00, 0x00, 0x00, SYSCALL, 0xc3};

	expect_refused(code);
}

Test(site, function_ends_within, .timeout = 20)
{
	static const uint8_t code[] = {0x90, MOV_CLONE3, 0x0f};

	expect_refused(code);
}

/* What cannot be decoded to its end may hide a branch. */
Test(site, data_in_the_function, .timeout = 20)
{
	static const uint8_t code[] = {MOV_CLONE3, SYSCALL, 0xc3, 0x06};

	expect_refused(code);
}
