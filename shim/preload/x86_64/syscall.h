/*
 * syscall.h: system calls of the shim's own, without libc, for x86-64.
 *
 * Hot path: inline, no errno, no cancellation point. The kernel takes the number in rax and the arguments in rdi, rsi, rdx,
 * r10, r8 and r9, returns in rax (-4095 to -1: a negative errno) and destroys rcx and r11: System V ABI, AMD64 supplement,
 * A.2.1 "Calling Conventions".
 */
#ifndef PRELOAD_X86_64_SYSCALL_H
#define PRELOAD_X86_64_SYSCALL_H

#include <asm/unistd.h>
#include <stdint.h>

static inline int64_t
syscall6(long nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	register uint64_t r10 __asm__("r10") = d;
	register uint64_t r8 __asm__("r8") = e;
	register uint64_t r9 __asm__("r9") = f;
	int64_t result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

static inline int64_t
syscall4(long nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	register uint64_t r10 __asm__("r10") = d;
	int64_t result;

	__asm__ volatile("syscall" : "=a"(result) : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory");
	return result;
}

static inline int64_t
syscall3(long nr, uint64_t a, uint64_t b, uint64_t c)
{
	int64_t result;

	__asm__ volatile("syscall" : "=a"(result) : "a"(nr), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
	return result;
}

static inline int64_t
syscall2(long nr, uint64_t a, uint64_t b)
{
	return syscall3(nr, a, b, 0);
}

static inline int64_t
syscall1(long nr, uint64_t a)
{
	return syscall3(nr, a, 0, 0);
}

static inline int64_t
syscall0(long nr)
{
	return syscall3(nr, 0, 0, 0);
}

#endif
