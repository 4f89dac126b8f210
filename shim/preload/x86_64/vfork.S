/*
 * vfork.S: the interposer of vfork, on the hot path.
 *
 * vfork returns twice on one stack: the child goes on first and overwrites what is below, and what the parent would find on the
 * stack when its turn comes. So no frame may wait there. The call is described to interpose_vfork(entry), which leaves nothing on
 * the stack, and libc's vfork is entered by a jump, with the stack and the return address as the program made them.
 */
	.text
	.globl	vfork, __vfork
	.type	vfork, @function
	.type	__vfork, @function
	.hidden	interpose_vfork
vfork:
__vfork:
	.cfi_startproc
	endbr64
	movq	%rsp, %rdi		/* where the return address stands */
	subq	$8, %rsp		/* aligned for a call: System V ABI 3.2.2 */
	.cfi_adjust_cfa_offset 8
	call	interpose_vfork		/* returns libc's vfork */
	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8
	notrack jmp *%rax
	.cfi_endproc
	.size	vfork, . - vfork
	.size	__vfork, . - __vfork

/* Where no object has the function: the answer of a kernel that has no such syscall, as libc would give it. */
	.globl	interpose_missing
	.hidden	interpose_missing
	.type	interpose_missing, @function
interpose_missing:
	.cfi_startproc
	endbr64
	subq	$8, %rsp
	.cfi_adjust_cfa_offset 8
	movl	$38, %edi		/* ENOSYS */
	.hidden	real_set_errno
	call	real_set_errno
	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8
	movl	$-1, %eax
	ret
	.cfi_endproc
	.size	interpose_missing, . - interpose_missing

	.section .note.GNU-stack, "", @progbits
