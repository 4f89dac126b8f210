/*
 * memory.h: the few memory functions that a freestanding program must bring along, and a safe look at memory.
 *
 * Hot path. libc's own are not called: they use vector registers, which hold the program's values on the way to a syscall.
 */
#ifndef PRELOAD_MEMORY_H
#define PRELOAD_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The compiler emits calls of these four for assignments of structs, even when freestanding (GCC manual, "-ffreestanding"). */
void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *left, const void *right, size_t size);

/* Whether all of `size` bytes, at most a page, can be read at `address`: asked of the kernel, so that a bad address costs an
   error and not a SIGSEGV. Reads nothing that is not mapped; two system calls at most. False as well where the kernel will
   not say (a sandbox that forbids rt_sigprocmask). */
bool memory_readable(uint64_t address, size_t size);

/* Copies memory that another thread may unmap at this very moment: false where it is not there, and never a SIGSEGV. Also false
   where a sandbox forbids process_vm_readv(2). */
bool memory_copy(void *to, uint64_t address, size_t size);

/* The same as memory_readable() byte by byte, for what has no size to begin with: asks the kernel once a page. Starts as {0}. Page 0 means that none is
   known yet: a pointer into it is asked for every time. */
struct memory_reader {
	uint64_t page; /* readable */
};

bool memory_reaches(struct memory_reader *reader, uint64_t address);

#endif
