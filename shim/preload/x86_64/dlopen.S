/*
 * dlopen.S: dlopen is passed on with every register, the stack and the return address as they came, since the loader looks at its
 * caller (RUNPATH, namespaces: dlopen(3)). All that is wanted of it is to know that it was called. Hot path.
 */
	.text
	.globl	dlopen
	.type	dlopen, @function
	.hidden	interpose_dlopen
dlopen:
	.cfi_startproc
	endbr64
	pushq	%rdi
	.cfi_adjust_cfa_offset 8
	pushq	%rsi
	.cfi_adjust_cfa_offset 8
	subq	$8, %rsp		/* aligned for a call: System V ABI 3.2.2 */
	.cfi_adjust_cfa_offset 8
	call	interpose_dlopen	/* returns the loader's dlopen */
	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8
	popq	%rsi
	.cfi_adjust_cfa_offset -8
	popq	%rdi
	.cfi_adjust_cfa_offset -8
	notrack jmp *%rax
	.cfi_endproc
	.size	dlopen, . - dlopen

/* Where there is no dlopen: NULL, as after any failure. */
	.globl	interpose_dlopen_missing
	.hidden	interpose_dlopen_missing
	.type	interpose_dlopen_missing, @function
interpose_dlopen_missing:
	.cfi_startproc
	endbr64
	xorl	%eax, %eax
	ret
	.cfi_endproc
	.size	interpose_dlopen_missing, . - interpose_dlopen_missing

	.section .note.GNU-stack, "", @progbits
