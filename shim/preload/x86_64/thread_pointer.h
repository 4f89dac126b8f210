/*
 * thread_pointer.h: where the running thread's own data lie, for x86-64.
 *
 * Hot path. The fs base is the thread pointer, and the word that it points at holds it once more (System V ABI, AMD64 supplement, and
 * ELF Handling For Thread-Local Storage, variant II); glibc has it a third time in its own header (tcbhead_t, sysdeps/x86_64/nptl/tls.h).
 * Only for tasks that libc made: another may have no thread pointer at all.
 */
#ifndef PRELOAD_X86_64_THREAD_POINTER_H
#define PRELOAD_X86_64_THREAD_POINTER_H

#include <stdint.h>

static inline uint64_t
thread_pointer(void)
{
	uint64_t pointer;

	__asm__ volatile("mov %%fs:0, %0" : "=r"(pointer));
	return pointer;
}

/* The same as glibc keeps it: different where the program has put the base elsewhere (arch_prctl(2)). */
static inline uint64_t
thread_pointer_of_glibc(void)
{
	uint64_t pointer;

	__asm__ volatile("mov %%fs:16, %0" : "=r"(pointer));
	return pointer;
}

/* What lies at `distance` bytes from the thread pointer. */
static inline int32_t
thread_value(uint64_t distance)
{
	int32_t value;

	__asm__ volatile("movl %%fs:(%1), %0" : "=r"(value) : "r"(distance));
	return value;
}

#endif
