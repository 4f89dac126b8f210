/*
 * dispatch.S: where a system call goes that was trapped in a window (dispatch.h), and what our handler returns to.
 */
#include "preload/x86_64/saved_registers.inc"

	.text

/*
 * dispatch_stub: makes the system call and goes back behind the instruction that was trapped. The handler sends the task here with
 * all registers as they were there, rax the number, and rcx, as the kernel leaves it, the address to go back to.
 *
 *   - Registers: rax is the result, rcx and r11 are what the kernel leaves in them behind a system call: where the program goes on,
 *     and the flags. Everything else comes back unchanged; vector registers are never touched.
 *   - Stack: the caller's, whose red zone is skipped. While the system call runs the address to go back to is on it.
 *   - Signals: whatever the program lets in. A system call that is made again (SA_RESTART) is the one that stands here.
 *   - Unwinding: a function that was called behind the trapped instruction, and that has nothing on the stack but its return address,
 *     below the red zone. DWARF register 16 is rip, 2 is rcx (System V ABI, figure 3.36).
 *   - Never creates a task: no child goes on here.
 */
	.globl	dispatch_stub
	.hidden	dispatch_stub
	.type	dispatch_stub, @function
dispatch_stub:
	.cfi_startproc
	.cfi_def_cfa rsp, 0
	.cfi_register 16, 2
	leaq	-128(%rsp), %rsp
	.cfi_adjust_cfa_offset 128
	pushq	%rcx
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset 16, 0
	syscall
	call	dispatch_leave
	pushfq
	.cfi_adjust_cfa_offset 8
	popq	%r11
	.cfi_adjust_cfa_offset -8
	popq	%rcx
	.cfi_adjust_cfa_offset -8
	.cfi_register 16, 2
	leaq	128(%rsp), %rsp
	.cfi_adjust_cfa_offset -128
	notrack jmp *%rcx
	.cfi_endproc
	.size	dispatch_stub, . - dispatch_stub

/* rax is the result. Calls dispatch_syscall_after(stack at the site, result). */
	.hidden	dispatch_syscall_after
	.type	dispatch_leave, @function
dispatch_leave:
	.cfi_startproc
	save_registers
	leaq	8(%rdx), %rdi		/* the address to go back to is there, too */
	movq	%rax, %rsi
	call	dispatch_syscall_after
	restore_registers
	ret
	.cfi_endproc
	.size	dispatch_leave, . - dispatch_leave

/* rt_sigreturn(2). These nine bytes, without call-frame information, are what unwinders know as the end of a signal frame: libgcc,
   config/i386/linux-unwind.h; gdb, amd64-linux-tdep.c. */
	.globl	dispatch_restorer
	.hidden	dispatch_restorer
	.type	dispatch_restorer, @function
	.balign	16, 0xcc
	nop
dispatch_restorer:
	movq	$15, %rax
	syscall
	.size	dispatch_restorer, . - dispatch_restorer

	.section .note.GNU-stack, "", @progbits
