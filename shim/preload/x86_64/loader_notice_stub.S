/*
 * loader_notice_stub.S: what the loader's empty function, which it calls for debuggers, jumps to instead of returning.
 *
 *   - Stack: that of the loader's caller, with the return address on top, as at the function's own `ret`.
 *   - Registers: all come back as they were, flags too, although the caller counts on no more than a call leaves alone. Vector
 *     registers are never touched.
 *   - Shadow stack (CET): the way here is a jump, so the `ret` belongs to the loader's own call.
 *   - Unwinding: a function that was called from where the return address says.
 *
 * Calls later_objects_noticed(return address).
 */
	.text
	.globl	loader_notice_stub
	.hidden	loader_notice_stub
	.hidden	later_objects_noticed
	.type	loader_notice_stub, @function
loader_notice_stub:
	.cfi_startproc
	endbr64
	pushq	%rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset rbp, 0
	movq	%rsp, %rbp
	.cfi_def_cfa_register rbp
	pushfq
	.irp register, rax, rcx, rdx, rsi, rdi, r8, r9, r10, r11
	pushq	%\register
	.endr
	cld
	movq	8(%rbp), %rdi
	andq	$-16, %rsp		/* System V ABI 3.2.2 */
	call	later_objects_noticed
	leaq	-80(%rbp), %rsp		/* the ten words above */
	.irp register, r11, r10, r9, r8, rdi, rsi, rdx, rcx, rax
	popq	%\register
	.endr
	popfq
	popq	%rbp
	.cfi_def_cfa rsp, 8
	.cfi_restore rbp
	ret
	.cfi_endproc
	.size	loader_notice_stub, . - loader_notice_stub

	.section .note.GNU-stack, "", @progbits
