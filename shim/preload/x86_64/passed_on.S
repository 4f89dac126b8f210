/*
 * passed_on.S: functions that are passed on with every register, the stack and the return address as they came. All that is wanted of
 * them is to know that they were called. Hot path.
 *
 * The loader looks at the caller of its functions (RUNPATH, namespaces, RTLD_NEXT: dlopen(3), dlsym(3)); prctl takes as many arguments
 * as it is given.
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
	pass_on	dlsym, interpose_dlsym
	pass_on	dlvsym, interpose_dlvsym
	pass_on	prctl, interpose_prctl
	pass_on	_IO_popen, interpose__IO_popen
	pass_on	_IO_proc_open, interpose__IO_proc_open

/* Where there is no such function: NULL, as after any failure. */
	.globl	interpose_missing_pointer
	.hidden	interpose_missing_pointer
	.type	interpose_missing_pointer, @function
interpose_missing_pointer:
	.cfi_startproc
	endbr64
	xorl	%eax, %eax
	ret
	.cfi_endproc
	.size	interpose_missing_pointer, . - interpose_missing_pointer

	.section .note.GNU-stack, "", @progbits
