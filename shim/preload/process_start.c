/* process_start.c: see process_start.h. Runs in the constructor; calls nothing. */
#include "preload/process_start.h"

#include <stddef.h>

/* glibc's loader keeps the initial stack pointer, where argc stands. libc's environment, which musl sets before any constructor
   and glibc sets later than a .preinit_array, is the way where there is none. */
extern void *__libc_stack_end __attribute__((weak));
extern const char *const *__environ __attribute__((weak));

static const char *const nothing[] = {NULL};

const char *const *
process_start_environment(void)
{
	if (&__libc_stack_end != NULL && __libc_stack_end != NULL) {
		const uint64_t *stack = __libc_stack_end;

		return (const char *const *)(stack + 1 + stack[0] + 1); /* argc, argv, NULL, then the environment */
	}
	if (&__environ != NULL && __environ != NULL)
		return __environ;
	return nothing;
}

uint64_t
process_start_auxiliary(uint64_t type)
{
	const char *const *entry = process_start_environment();
	const Elf64_auxv_t *auxiliary;

	if (entry == nothing)
		return 0;
	while (*entry != NULL)
		entry++;
	for (auxiliary = (const Elf64_auxv_t *)(entry + 1); auxiliary->a_type != AT_NULL; auxiliary++)
		if (auxiliary->a_type == type)
			return auxiliary->a_un.a_val;
	return 0;
}

const Elf64_Phdr *
process_start_program_headers(uint32_t *count)
{
	*count = (uint32_t)process_start_auxiliary(AT_PHNUM);
	return (const Elf64_Phdr *)process_start_auxiliary(AT_PHDR);
}
