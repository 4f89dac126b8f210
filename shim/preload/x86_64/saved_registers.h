/*
 * saved_registers.h: for the stubs, the registers of a system call kept across a call of a hook. Assembly only.
 *
 * Used by a function that a stub calls with 128 bytes, the red zone, skipped below the stack pointer at the site. save_registers leaves
 * in edi what was in r11d, in rsi where the registers stand, in rdx the stack pointer at the site, and the stack aligned for a call.
 * The six argument registers are pushed so that they lie in memory in the order in which the kernel takes them, rax behind them.
 */
/* clang-format off: what follows is for the assembler */
#ifndef PRELOAD_X86_64_SAVED_REGISTERS_H
#define PRELOAD_X86_64_SAVED_REGISTERS_H

#include "preload/x86_64/stubs.h"

	.macro save_registers
	pushfq
	.cfi_adjust_cfa_offset 8
	pushq	%rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset rbp, 0
	pushq	%rax
	.cfi_adjust_cfa_offset 8
	.irp register, r9, r8, r10, rdx, rsi, rdi
	pushq	%\register
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset \register, 0
	.endr
	cld
	movq	%rsp, %rbp
	.cfi_def_cfa_register rbp
	movl	%r11d, %edi
	movq	%rsp, %rsi
	leaq	SAVED_SIZE + 8 + 128(%rsp), %rdx	/* registers, return address, red zone */
	andq	$-16, %rsp
	.endm

	.macro restore_registers
	movq	%rbp, %rsp
	.cfi_def_cfa_register rsp
	.irp register, rdi, rsi, rdx, r10, r8, r9, rax, rbp
	popq	%\register
	.cfi_adjust_cfa_offset -8
	.endr
	.cfi_restore rbp
	popfq
	.cfi_adjust_cfa_offset -8
	.endm

#endif
