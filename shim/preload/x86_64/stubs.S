/*
 * stubs.S: what a patched creation site jumps to.
 *
 * A site in libc is
 *
 *	mov	$nr,%eax	<- replaced by: jmp probe_stub_N
 *	syscall			<- stays: who was between the two goes on undisturbed
 *	...			<- the stub comes back here
 *
 * or, in musl's __clone, which has set rax long before and prepares the child's stack last,
 *
 *	mov	8(%rsp),%r10	<- replaced by: jmp probe_musl_clone_stub_N
 *	mov	%r11,%r9	<- stays, as all below it, for the same reason
 *	and	$-16,%rsi
 *	sub	$8,%rsi
 *	mov	%rcx,(%rsi)
 *	syscall
 *	...			<- the stub comes back here
 *
 * or, in glibc's syscall(2), which makes any system call that the program asks for,
 *
 *	mov	8(%rsp),%r9	<- replaced by: jmp probe_syscall_stub_N
 *	syscall			<- stays
 *	...			<- the stub comes back here
 *
 * where only the numbers that create tasks are observed; for any other the stub goes back to the site's own syscall instruction, where
 * a window traps it (dispatch.h).
 *
 * The stub does what all of these instructions did, with a call of a hook before and behind the last. Its contract:
 *
 *   - Registers: as at the site, the system call's arguments in rdi, rsi, rdx, r10, r8, r9. Everything but rax, rcx and r11, which
 *     the system call destroys anyway, comes back unchanged: glibc keeps the start routine of clone3's child in rdx and its
 *     argument in r8, and vfork's return address in rdi; musl keeps that in rdx, and the start routine of clone's child in r9.
 *     Flags come back too. Vector registers are never touched.
 *   - Stack: the caller's, whose red zone (128 bytes below rsp, System V ABI 3.2.2) is skipped. Nothing of ours is on it while the
 *     system call runs: a child of vfork runs on this very stack and leaves it rewritten.
 *   - Child: the kernel returns 0 in it. It may be on a new stack, without TLS, or on its parent's stack, so it touches neither and
 *     jumps back at once. A test that leaves the flags alone: rcx is free behind a system call.
 *   - Shadow stack (CET): calls and returns are balanced before the system call and behind it, never across it; the way to and
 *     from the stub is jumps.
 *   - Unwinding: to a debugger the stub is a function that the site called without pushing anything. The return address is the
 *     address of libc's `syscall`, from the stub's slot, so that libc's own unwind information for it goes on from there.
 *
 * Each site needs a stub of its own, since behind the system call only the program counter tells which one it is.
 */
#include "preload/x86_64/stubs.h"
#include "preload/x86_64/saved_registers.inc"

	.text

/* The unwinder finds the slot as the stub does not: it masks the program counter down to the stub's start and adds the distance
   that stands in the stub at STUB_DISTANCE. DWARF 5, 2.5.1: breg16 is rip (System V ABI, figure 3.36), 0x0b const2s, 0x1a and,
   0x12 dup, 0x23 plus_uconst, 0x06 deref, 0x22 plus. DW_CFA_expression (0x10): register 16 is saved at that address. */
#define STUB_DISTANCE 504

	.macro return_address_is_in_slot
	.cfi_escape 0x10, 16, 14, \
		0x80, 0, \
		0x0b, (-STUB_SIZE & 0xff), (-STUB_SIZE >> 8 & 0xff), \
		0x1a, \
		0x12, \
		0x23, (STUB_DISTANCE & 0x7f | 0x80), (STUB_DISTANCE >> 7), \
		0x06, \
		0x22, \
		0x23, SLOT_SYSCALL
	.endm

	.macro stub kind, index
	.balign	STUB_SIZE, 0xcc
	.globl	probe_\kind\()_\index
	.hidden	probe_\kind\()_\index
	.type	probe_\kind\()_\index, @function
probe_\kind\()_\index:
	.cfi_startproc
	.cfi_def_cfa rsp, 0
	return_address_is_in_slot
	.ifc \kind, musl_clone_stub
	movq	8(%rsp), %r10
	movq	%r11, %r9
	andq	$-16, %rsi
	subq	$8, %rsi
	movq	%rcx, (%rsi)
	.endif
	.ifc \kind, syscall_stub
	movq	8(%rsp), %r9
	.irp number, 56, 57, 58, 435		/* clone, fork, vfork, clone3 */
	leal	-\number(%rax), %ecx		/* a comparison that leaves the flags alone */
	jrcxz	4f
	.endr
	notrack jmp *probe_slots + \index * SLOT_SIZE + SLOT_SYSCALL(%rip)
4:
	.else
	movl	probe_slots + \index * SLOT_SIZE + SLOT_NR(%rip), %eax
	.endif
	leaq	-128(%rsp), %rsp
	.cfi_adjust_cfa_offset 128
	movl	$\index, %r11d
	call	probe_enter
	leaq	128(%rsp), %rsp
	.cfi_adjust_cfa_offset -128
	movq	%r11, %rcx
	jrcxz	2f			/* nothing is injected */
	movq	%r11, %rax
	jmp	3f
2:	syscall
	movq	%rax, %rcx
	jrcxz	1f			/* the child */
3:
	leaq	-128(%rsp), %rsp
	.cfi_adjust_cfa_offset 128
	call	probe_leave
	leaq	128(%rsp), %rsp
	.cfi_adjust_cfa_offset -128
1:	notrack jmp *probe_slots + \index * SLOT_SIZE + SLOT_RESUME(%rip)
	.cfi_endproc
	.org	probe_\kind\()_\index + STUB_DISTANCE, 0xcc
	.quad	probe_slots + \index * SLOT_SIZE - probe_\kind\()_\index
	.size	probe_\kind\()_\index, . - probe_\kind\()_\index
	.endm

	.irp index, 0, 1, 2, 3, 4, 5, 6, 7
	stub stub, \index
	.endr
	.irp index, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	stub stub, \index
	.endr
	.irp index, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47	/* lent: probe_patch_lend_stub() */
	stub stub, \index
	.endr
	.irp index, 0, 1, 2, 3, 4, 5, 6, 7
	stub syscall_stub, \index
	.endr
	.irp index, 0, 1, 2, 3, 4, 5, 6, 7
	stub musl_clone_stub, \index
	.endr

/*
 * probe_enter: r11d is the stub's index, the registers are the system call's, its number in rax. Calls
 * probe_hooks_before(index, args, stack at the site), whose answer comes back in r11: 0, or the result to pretend.
 * probe_leave: rax is the result. Calls probe_hooks_after(stack at the site, result).
 */
	.hidden	probe_hooks_before
	.hidden	probe_hooks_after

	.type	probe_enter, @function
probe_enter:
	.cfi_startproc
	save_registers
	call	probe_hooks_before
	movq	%rax, %r11
	restore_registers
	ret
	.cfi_endproc
	.size	probe_enter, . - probe_enter

	.type	probe_leave, @function
probe_leave:
	.cfi_startproc
	save_registers
	movq	%rdx, %rdi
	movq	%rax, %rsi
	call	probe_hooks_after
	restore_registers
	ret
	.cfi_endproc
	.size	probe_leave, . - probe_leave

	.section .note.GNU-stack, "", @progbits
