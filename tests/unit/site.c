/* site.c: bytes that are a creation site, and bytes that only look like one. */
#include "preload/x86_64/site.h"

#include <criterion/criterion.h>

#define CLONE3 435
#define MOV_CLONE3 0xb8, 0xb3, 0x01, 0x00, 0x00
#define SYSCALL 0x0f, 0x05

static const struct site_kind clone3 = {SITE_MOV, CLONE3};

static bool
find(const uint8_t *code, size_t size, size_t *offset)
{
	struct probe_site site = {0};
	bool found = site_find(NULL, clone3, (uint64_t)code, (uint64_t)code + size, &site);

	*offset = found ? site.address - (uint64_t)code : 0;
	if (found)
		cr_expect_eq(site.jump, site.address - JUMP_LENGTH);
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

/* An object whose only segment is `code`; its parts live as long as the test. */
static const struct module *
module_of(const uint8_t *code, size_t size)
{
	static Elf64_Phdr segment;
	static struct module module;

	segment = (Elf64_Phdr){.p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_filesz = size};
	module = (struct module){.base = (uint64_t)code, .program_headers = &segment, .program_header_count = 1};
	return &module;
}

#define CLONE 56
#define MUSL_CLONE_START 0x31, 0xc0, 0xb0, CLONE, 0x49, 0x89, 0xfb, 0x48, 0x89, 0xd7, 0x4c, 0x89, 0xc2, 0x4d, 0x89, 0xc8
#define MUSL_CLONE_MOVED \
	0x4c, 0x8b, 0x54, 0x24, 0x08, 0x4d, 0x89, 0xd9, 0x48, 0x83, 0xe6, 0xf0, 0x48, 0x83, 0xee, 0x08, 0x48, 0x89, 0x0e
#define MUSL_CLONE_REST                                                                                             \
	0x85, 0xc0, 0x75, 0x0f, 0x31, 0xed, 0x5f, 0x41, 0xff, 0xd1, 0x89, 0xc7, 0x31, 0xc0, 0xb0, 0x3c, 0x0f, 0x05, \
		0xf4, 0xc3

static const struct site_kind musl_clone = {SITE_MUSL_CLONE, CLONE};

/* musl's clone calls two functions without names: first one that is no site, then __clone. The jump takes the place of the five
   bytes of mov 8(%rsp),%r10, and nothing else. */
Test(site, clone_of_musl, .timeout = 20)
{
	static const uint8_t code[] = {0xe8,
				       0x06,
				       0x00,
				       0x00,
				       0x00,
				       0xe8,
				       0x02,
				       0x00,
				       0x00,
				       0x00,
				       0xc3,
				       0xc3, /* call 11; call 12; ret; ret */
				       MUSL_CLONE_START,
				       MUSL_CLONE_MOVED,
				       SYSCALL,
				       MUSL_CLONE_REST};
	const struct module *module = module_of(code, sizeof(code));
	struct probe_site site;

	cr_assert(site_find_called(module, musl_clone, module->base, module->base + 11, &site));
	cr_expect_eq(site.jump, module->base + 12 + 16);
	cr_expect_eq(site.address, module->base + 12 + 35);
	cr_expect_eq(site.nr, CLONE);
	cr_expect_eq(site.shape, SITE_MUSL_CLONE);
}

/* A function that ends by itself, since nothing says how long it is: the jne leads behind the hlt, to the ret. */
Test(site, function_without_a_size, .timeout = 20)
{
	static const uint8_t code[] = {MUSL_CLONE_START, MUSL_CLONE_MOVED, SYSCALL, MUSL_CLONE_REST,
				       0x06 /* invalid */};
	const struct module *module = module_of(code, sizeof(code));
	struct probe_site site;

	cr_expect(site_find(module, musl_clone, module->base, 0, &site));
}

/* Without its end it is not known what else leads into the site. */
Test(site, function_without_an_end, .timeout = 20)
{
	static const uint8_t code[] = {MUSL_CLONE_START, MUSL_CLONE_MOVED, SYSCALL, 0x85, 0xc0};
	const struct module *module = module_of(code, sizeof(code));
	struct probe_site site;

	cr_expect_not(site_find(module, musl_clone, module->base, 0, &site));
}

Test(site, clone_of_musl_with_another_instruction, .timeout = 20)
{
	static const uint8_t code[] = {MUSL_CLONE_START, MUSL_CLONE_MOVED, 0x90, SYSCALL, MUSL_CLONE_REST};
	const struct module *module = module_of(code, sizeof(code));
	struct probe_site site;

	cr_expect_not(site_find(module, musl_clone, module->base, 0, &site));
}

/* The child of an earlier clone jumps back to the syscall. */
Test(site, branch_into_clone_of_musl, .timeout = 20)
{
	static const uint8_t code[] = {
		MUSL_CLONE_START, MUSL_CLONE_MOVED, SYSCALL, 0x75, 0xf9, 0xc3}; /* jne to the store */
	const struct module *module = module_of(code, sizeof(code));
	struct probe_site site;

	cr_expect_not(site_find(module, musl_clone, module->base, 0, &site));
}

/* musl's vfork ends with a jump to elsewhere. */
Test(site, vfork_of_musl, .timeout = 20)
{
	static const uint8_t code[] = {0x5a, 0xb8, 0x3a, 0x00, 0x00, 0x00, SYSCALL, 0x52, 0x48,
				       0x89, 0xc7, 0xe9, 0x00, 0x10, 0x00, 0x00,    0x06};
	const struct module *module = module_of(code, sizeof(code));
	struct probe_site site;

	cr_assert(site_find(module, (struct site_kind){SITE_MOV, 58}, module->base, 0, &site));
	cr_expect_eq(site.jump, module->base + 1);
	cr_expect_eq(site.address, module->base + 6);
}
