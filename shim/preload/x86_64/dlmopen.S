/*
 * dlmopen.S: dlmopen is passed on with every register, the stack and the return address as they came, since the loader looks at its
 * caller (RUNPATH, namespaces: dlopen(3)). All that is wanted of it is to know that it was called. Hot path.
 */
	.text

	.macro pass_on function, hook
	.globl	\function
	.type	\function, @function
	.hidden	\hook
\function:
	.cfi_startproc
	endbr64
	.irp register, rdi, rsi, rdx	/* three words also align the stack for a call: System V ABI 3.2.2 */
	pushq	%\register
	.cfi_adjust_cfa_offset 8
	.endr
	call	\hook			/* returns the loader's function */
	.irp register, rdx, rsi, rdi
	popq	%\register
	.cfi_adjust_cfa_offset -8
	.endr
	notrack jmp *%rax
	.cfi_endproc
	.size	\function, . - \function
	.endm

	pass_on	dlmopen, interpose_dlmopen

/* Where there is no such function: NULL, as after any failure. */
	.globl	interpose_dlmopen_missing
	.hidden	interpose_dlmopen_missing
	.type	interpose_dlmopen_missing, @function
interpose_dlmopen_missing:
	.cfi_startproc
	endbr64
	xorl	%eax, %eax
	ret
	.cfi_endproc
	.size	interpose_dlmopen_missing, . - interpose_dlmopen_missing

	.section .note.GNU-stack, "", @progbits
