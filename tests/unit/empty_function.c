/* empty_function.c: functions that do nothing, as loaders have one for debuggers, and what is none or leaves no room. */
#include "preload/x86_64/empty_function.h"

#include <criterion/criterion.h>

#define ALIGNED static const __attribute__((aligned(16))) uint8_t
#define ENDBR64 0xf3, 0x0f, 0x1e, 0xfa
#define RET 0xc3
#define NOPW_11 0x66, 0x66, 0x2e, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00
#define NOPW_10 0x66, 0x2e, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00
#define NOPL_5 0x0f, 0x1f, 0x44, 0x00, 0x00
#define NOPL_4 0x0f, 0x1f, 0x40, 0x00
#define NOPL_3 0x0f, 0x1f, 0x00

static void
expect_at(const uint8_t *code, size_t size, size_t expected)
{
	size_t offset = 99;

	cr_assert(empty_function_find_return(code, size, &offset));
	cr_expect_eq(offset, expected);
}

#define expect_refused(code)                                                                                    \
	do {                                                                                                    \
		size_t offset;                                                                                  \
		cr_expect_not(empty_function_find_return(code, sizeof(code), &offset), "taken at %zu", offset); \
	} while (0)

/* _dl_debug_state of glibc 2.36 as Debian builds it, and of musl 1.2.3. */
Test(empty_function, as_loaders_have_it, .timeout = 20)
{
	ALIGNED glibc[] = {RET, NOPW_11, NOPL_4};
	ALIGNED musl[] = {RET, NOPW_10, NOPL_5};

	expect_at(glibc, sizeof(glibc), 0);
	expect_at(musl, sizeof(musl), 0);
}

/* With -fcf-protection: the endbr64 stays. */
Test(empty_function, behind_endbr64, .timeout = 20)
{
	ALIGNED code[] = {ENDBR64, RET, NOPW_11};

	expect_at(code, sizeof(code), 4);
}

Test(empty_function, padded_otherwise, .timeout = 20)
{
	ALIGNED traps[] = {RET, 0xcc, 0xcc, 0xcc, 0xcc};
	ALIGNED single[] = {RET, 0x90, 0x90, 0x90, 0x90};
	ALIGNED mixed[] = {RET, 0x66, 0x90, NOPL_3};

	expect_at(traps, sizeof(traps), 0);
	expect_at(single, sizeof(single), 0);
	expect_at(mixed, sizeof(mixed), 0);
}

Test(empty_function, does_something, .timeout = 20)
{
	ALIGNED breakpoint[] = {0xcc, NOPW_11};
	ALIGNED nop_first[] = {0x90, RET, NOPW_11};
	ALIGNED jump[] = {0xe9, 0x00, 0x10, 0x00, 0x00, NOPW_11};
	ALIGNED returns_with_pop[] = {0xc2, 0x08, 0x00, NOPW_11};
	ALIGNED repz[] = {0xf3, RET, NOPW_11};

	expect_refused(breakpoint);
	expect_refused(nop_first);
	expect_refused(jump);
	expect_refused(returns_with_pop);
	expect_refused(repz);
}

Test(empty_function, no_room, .timeout = 20)
{
	ALIGNED next_function[] = {RET, 0x90, 0x90, 0x55, 0x48, 0x89, 0xe5};
	ALIGNED cut[] = {RET, 0x90, 0x90, 0x90};
	ALIGNED nop_cut[] = {RET, 0x90, 0x90, 0x0f, 0x1f};
	ALIGNED prefix_at_end[] = {RET, 0x90, 0x90, 0x90, 0x66};

	expect_refused(next_function);
	expect_refused(cut);
	expect_refused(nop_cut);
	expect_refused(prefix_at_end);
}

/* Twelve bytes into a slot, another function may begin four bytes later. */
Test(empty_function, leaves_its_slot, .timeout = 20)
{
	ALIGNED code[] = {NOPW_11, 0x90, RET, 0x90, 0x90, 0x90, 0x90};
	size_t offset;

	cr_expect_not(empty_function_find_return(code + 12, sizeof(code) - 12, &offset));
	cr_expect_not(empty_function_find_return(code + 12, 0, &offset));
}
