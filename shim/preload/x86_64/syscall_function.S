/*
 * syscall_function.S: the interposer of syscall(2), on the hot path.
 *
 * Any system call of the program may come by here, so all but those that create tasks are passed on at once, with every register
 * and the stack as they came: libc's syscall is entered by a jump. So it is for the others, too, after interpose_syscall() has
 * described the call: the new task may return through here on another stack, or on this one before the parent does.
 *
 * In: rdi is the number, the arguments are in rsi, rdx, rcx, r8, r9 and in the first word above the return address.
 */
	.text
	.globl	syscall
	.type	syscall, @function
	.hidden	interpose_syscall
	.hidden	interpose_syscall_forward
syscall:
	.cfi_startproc
	endbr64
	.irp number, 56, 57, 58, 435	/* clone, fork, vfork, clone3 */
	cmpl	$\number, %edi
	je	1f
	.endr
	movq	interpose_syscall_forward(%rip), %r11
	testq	%r11, %r11
	jz	1f			/* first use: interpose_syscall() finds it */
	notrack jmp *%r11
1:	movq	%rsp, %rax		/* where the return address stands */
	.irp register, r9, r8, rcx, rdx, rsi, rdi
	pushq	%\register
	.cfi_adjust_cfa_offset 8
	.endr
	movq	%rsp, %rdi		/* the number and five arguments, in order */
	movq	%rax, %rsi
	subq	$8, %rsp		/* aligned for a call: System V ABI 3.2.2 */
	.cfi_adjust_cfa_offset 8
	call	interpose_syscall	/* returns libc's syscall */
	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8
	movq	%rax, %r11
	.irp register, rdi, rsi, rdx, rcx, r8, r9
	popq	%\register
	.cfi_adjust_cfa_offset -8
	.endr
	notrack jmp *%r11
	.cfi_endproc
	.size	syscall, . - syscall

	.section .note.GNU-stack, "", @progbits
