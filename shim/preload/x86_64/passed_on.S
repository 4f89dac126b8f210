/*
 * passed_on.S: functions that are passed on with every register, the stack and the return address as they came. All that is wanted of
 * them is to know that they were called. Hot path.
 *
 * The loader looks at the caller of dlopen and dlmopen (RUNPATH, namespaces: dlopen(3)); prctl takes as many arguments as it is given.
 */
	.text

	.macro pass_on function, hook
	.globl	\function
	.type	\function, @function
	.hidden	\hook
\function:
	.cfi_startproc
	endbr64
	.irp register, rdi, rsi, rdx, rcx, r8	/* five words also align the stack for a call: System V ABI 3.2.2 */
	pushq	%\register
	.cfi_adjust_cfa_offset 8
	.endr
	call	\hook			/* returns the function to go on to */
	.irp register, r8, rcx, rdx, rsi, rdi
	popq	%\register
	.cfi_adjust_cfa_offset -8
	.endr
	notrack jmp *%rax
	.cfi_endproc
	.size	\function, . - \function
	.endm

	pass_on	dlopen, interpose_dlopen
	pass_on	dlmopen, interpose_dlmopen
	pass_on	prctl, interpose_prctl

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
