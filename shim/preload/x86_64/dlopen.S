/*
 * dlopen.S: dlopen and dlmopen are passed on with every register, the stack and the return address as they came, since the loader
 * looks at its caller (RUNPATH, namespaces: dlopen(3)). All that is wanted of them is to know that they were called. Hot path.
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

	pass_on	dlopen, interpose_dlopen
	pass_on	dlmopen, interpose_dlmopen

/* Where there is no such function: NULL, as after any failure. */
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
