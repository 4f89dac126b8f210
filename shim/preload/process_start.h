/*
 * process_start.h: what the kernel left on the initial stack: arguments, environment and auxiliary vector (getauxval(3)).
 *
 * Constructor, and what runs before it. Calls nothing.
 */
#ifndef PRELOAD_PROCESS_START_H
#define PRELOAD_PROCESS_START_H

#include <elf.h>
#include <stdint.h>

/* The environment, NULL-terminated; never NULL. Valid in constructors; the program may change it later. */
const char *const *process_start_environment(void);

/* The arguments that the kernel got from execve(2), NULL-terminated; NULL: not known. The program may have changed the strings. */
const char *const *process_start_arguments(void);

/* A value of the auxiliary vector (AT_PHDR, AT_SECURE, …); 0: absent. */
uint64_t process_start_auxiliary(uint64_t type);

/* Where the auxiliary vector says that the main program's program headers are, and how many; NULL: it does not say. musl leaves the
   loader's own there when the loader was started by hand ("ld-musl-x86_64.so.1 PROG"). */
const Elf64_Phdr *process_start_program_headers(uint32_t *count);

#endif
