/*
 * instruction.h: how long an x86-64 instruction is, and where it leads to.
 *
 * No more than a site's proof needs: that bytes which look like an instruction are one, that nothing jumps into them, where a
 * function ends that says so nowhere else, and which addresses it takes. Pure. Source: Intel SDM volume 2,
 * chapter 2 and appendix A (opcode maps).
 */
#ifndef PRELOAD_X86_64_INSTRUCTION_H
#define PRELOAD_X86_64_INSTRUCTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct instruction {
	uint8_t length; /* bytes */
	bool is_relative_branch;
	bool is_call;         /* a relative branch that comes back */
	bool is_address;      /* lea displacement(%rip),%register: takes an address of the same object */
	bool ends_flow;       /* only a branch leads to what follows: ret, jmp, hlt, ud2 */
	int32_t displacement; /* of a relative branch or address, from the next instruction */
};

/* Decodes the instruction at `code`, of which `available` bytes may be read. False: not a complete instruction that we know. */
bool instruction_decode(const uint8_t *code, size_t available, struct instruction *instruction);

#endif
