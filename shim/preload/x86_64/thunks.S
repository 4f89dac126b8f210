/*
 * thunks.S: a page of jumps for text that is out of a jump's reach of the stubs, as a main program usually is.
 *
 * The page is mapped a second time, from this library's file, near the site (thunks.c); the page behind it there has the addresses
 * that the jumps lead to. Here in the library itself the jumps are never taken. Nothing is pushed and no register is used, so a
 * stub that is entered by way of a thunk finds everything as at the site.
 */
	.section .text.thunks, "ax", @progbits
	.balign	4096
	.globl	probe_thunks
	.hidden	probe_thunks
probe_thunks:
	.cfi_startproc
	.rept	256
	.balign	16, 0xcc
1:	.byte	0xff, 0x25		/* jmp *displacement(%rip): to the eight bytes for this thunk in the page behind */
	.long	4096 + (1b - probe_thunks) / 2 - (1b - probe_thunks) - 6
	.endr
	.balign	4096, 0xcc
	.cfi_endproc
	.size	probe_thunks, . - probe_thunks

	.section .note.GNU-stack, "", @progbits
