/* process_start.c: see process_start.h. Runs in the constructor; calls nothing. */
#include "preload/process_start.h"

#include <stddef.h>

/* glibc's loader keeps where the arguments stand on the initial stack, behind them the environment. Started by hand ("ld.so PROG"),
   before 2.34 it leaves its own arguments where they are, so that only _dl_argv, which it counts past them, leads to the rest;
   the older and public __libc_stack_end is for a glibc without it. musl's environment is set before any constructor, glibc's
   own later than a .preinit_array. */
extern const char *const *_dl_argv __attribute__((weak));
extern void *__libc_stack_end __attribute__((weak));
extern const char *const *__environ __attribute__((weak));

static const char *const nothing[] = {NULL};

static const char *const *
arguments(void)
{
	if (&_dl_argv != NULL && _dl_argv != NULL)
		return _dl_argv;
	if (&__libc_stack_end != NULL && __libc_stack_end != NULL)
		return (const char *const *)__libc_stack_end + 1; /* behind argc */
	return NULL;
}

static const char *const *
behind_null(const char *const *list)
{
	while (*list != NULL)
		list++;
	return list + 1;
}

const char *const *
process_start_environment(void)
{
	const char *const *list = arguments();

	if (list != NULL)
		return behind_null(list);
	if (&__environ != NULL && __environ != NULL)
		return __environ;
	return nothing;
}

/* The vector follows the environment on the initial stack. An environment that a constructor has replaced by one of its own (musl:
   putenv(3)) is elsewhere: below every stack. */
uint64_t
process_start_auxiliary(uint64_t type)
{
	const char *const *environment = process_start_environment();

	if ((uint64_t)environment < (uint64_t)__builtin_frame_address(0))
		return 0;
	for (const Elf64_auxv_t *entry = (const Elf64_auxv_t *)behind_null(environment); entry->a_type != AT_NULL;
	     entry++)
		if (entry->a_type == type)
			return entry->a_un.a_val;
	return 0;
}

const Elf64_Phdr *
process_start_program_headers(uint32_t *count)
{
	*count = (uint32_t)process_start_auxiliary(AT_PHNUM);
	return (const Elf64_Phdr *)process_start_auxiliary(AT_PHDR);
}

/* The initial stack has argc, argv, NULL, the environment (System V ABI, 3.4.1): the word below argv is the number of arguments that
   lie between it and the environment. No argument is as small as their number. */
const char *const *
process_start_arguments(void)
{
	const char *const *environment = process_start_environment();
	const char *const *argument;

	/* An environment that a constructor has replaced by one of its own (musl: putenv(3)) is elsewhere, below every stack. */
	if ((uint64_t)environment < (uint64_t)__builtin_frame_address(0) || environment[-1] != NULL)
		return NULL;
	argument = environment - 1;
	for (uint64_t count = 0; (uint64_t)argument[-1] != count; count++)
		argument--;
	return argument;
}
