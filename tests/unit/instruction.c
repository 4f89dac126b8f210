/*
 * instruction.c: the length and the branches of x86-64 instructions.
 *
 * The table has an instruction for each rule; tests/libcs/decoder.c holds the decoder against all of every libc.
 */
#include "preload/x86_64/instruction.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

enum { BRANCH = 1, CALL = 2, ADDRESS = 4, END = 8 };

struct sample {
	uint8_t code[16];
	uint8_t length;
	uint8_t leads;
	int32_t displacement;
	char text[48];
};

static struct sample samples[] = {
	{{0x90}, 1, 0, 0, "nop"},
	{{0xc3}, 1, END, 0, "ret"},
	{{0x0f, 0x05}, 2, 0, 0, "syscall"},
	{{0xb8, 0xb3, 0x01, 0x00, 0x00}, 5, 0, 0, "mov $0x1b3,%eax"},
	{{0x66, 0xb8, 0x34, 0x12}, 4, 0, 0, "mov $0x1234,%ax"},
	{{0x48, 0xb8, 1, 2, 3, 4, 5, 6, 7, 8}, 10, 0, 0, "movabs $0x807060504030201,%rax"},
	{{0x48, 0xc7, 0xc0, 0xea, 0xff, 0xff, 0xff}, 7, 0, 0, "mov $-22,%rax"},
	{{0xa1, 1, 2, 3, 4, 5, 6, 7, 8}, 9, 0, 0, "movabs 0x807060504030201,%eax"},
	{{0x48, 0x85, 0xff}, 3, 0, 0, "test %rdi,%rdi"},
	{{0xf6, 0xc0, 0x01}, 3, 0, 0, "test $1,%al"},
	{{0xf7, 0xd8}, 2, 0, 0, "neg %eax"},
	{{0xf7, 0xc7, 1, 0, 0, 0}, 6, 0, 0, "test $1,%edi"},
	{{0x48, 0x8b, 0x0d, 1, 2, 3, 4}, 7, 0, 0, "mov disp32(%rip),%rcx"},
	{{0x8b, 0x04, 0x25, 1, 2, 3, 4}, 7, 0, 0, "mov disp32,%eax (SIB without base)"},
	{{0x8b, 0x44, 0x24, 0x08}, 4, 0, 0, "mov 8(%rsp),%eax"},
	{{0x64, 0x41, 0x83, 0x7d, 0x00, 0x09}, 6, 0, 0, "cmpl $9,%fs:0(%r13)"},
	{{0xf3, 0x0f, 0x1e, 0xfa}, 4, 0, 0, "endbr64"},
	{{0x66, 0x2e, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0}, 10, 0, 0, "cs nopw 0(%rax,%rax,1)"},
	{{0x0f, 0xac, 0xd0, 0x01}, 4, 0, 0, "shrd $1,%edx,%eax"},
	{{0x0f, 0xa2}, 2, 0, 0, "cpuid"},
	{{0x66, 0x0f, 0x38, 0x17, 0xc0}, 5, 0, 0, "ptest %xmm0,%xmm0"},
	{{0x66, 0x0f, 0x3a, 0x0f, 0xc1, 0x04}, 6, 0, 0, "palignr $4,%xmm1,%xmm0"},
	{{0xc5, 0xf8, 0x77}, 3, 0, 0, "vzeroupper"},
	{{0xc4, 0xe3, 0x7d, 0x39, 0xc1, 0x01}, 6, 0, 0, "vextracti128 $1,%ymm0,%xmm1"},
	{{0x62, 0xf1, 0x7d, 0x48, 0x6f, 0x06}, 6, 0, 0, "vmovdqa32 (%rsi),%zmm0"},
	{{0xc8, 0x10, 0x00, 0x00}, 4, 0, 0, "enter $16,$0"},
	{{0xc2, 0x08, 0x00}, 3, END, 0, "ret $8"},
	{{0x74, 0x05}, 2, BRANCH, 5, "je .+7"},
	{{0xeb, 0xfe}, 2, BRANCH | END, -2, "jmp ."},
	{{0xe3, 0x10}, 2, BRANCH, 16, "jrcxz .+18"},
	{{0xe8, 0x00, 0x01, 0x00, 0x00}, 5, BRANCH | CALL, 256, "call .+261"},
	{{0xe9, 0xfb, 0xff, 0xff, 0xff}, 5, BRANCH | END, -5, "jmp . (rel32)"},
	{{0x0f, 0x85, 0x79, 0xfe, 0xff, 0xff}, 6, BRANCH, -391, "jne, rel32"},
	{{0xff, 0xd2}, 2, 0, 0, "call *%rdx"},
	{{0xff, 0xe0}, 2, END, 0, "jmp *%rax"},
	{{0xff, 0x25, 1, 2, 3, 4}, 6, END, 0, "jmp *disp32(%rip)"},
	{{0xf4}, 1, END, 0, "hlt"},
	{{0x0f, 0x0b}, 2, END, 0, "ud2"},
	{{0x48, 0x8d, 0x15, 0xad, 0x48, 0x03, 0x00}, 7, ADDRESS, 0x348ad, "lea disp32(%rip),%rdx"},
	{{0x48, 0x8d, 0x54, 0x24, 0x08}, 5, 0, 0, "lea 8(%rsp),%rdx"},
};

ParameterizedTestParameters(instruction, known)
{
	return cr_make_param_array(struct sample, samples, sizeof(samples) / sizeof(samples[0]));
}

ParameterizedTest(struct sample *sample, instruction, known, .timeout = 20)
{
	struct instruction instruction;

	cr_assert(instruction_decode(sample->code, sizeof(sample->code), &instruction), "%s", sample->text);
	cr_expect_eq(instruction.length, sample->length, "%s: length %d, expected %d", sample->text, instruction.length,
		     sample->length);
	cr_expect_eq(instruction.is_relative_branch, (sample->leads & BRANCH) != 0, "%s", sample->text);
	cr_expect_eq(instruction.is_call, (sample->leads & CALL) != 0, "%s", sample->text);
	cr_expect_eq(instruction.is_address, (sample->leads & ADDRESS) != 0, "%s", sample->text);
	cr_expect_eq(instruction.ends_flow, (sample->leads & END) != 0, "%s", sample->text);
	cr_expect_eq(instruction.displacement, sample->displacement, "%s: displacement %d", sample->text,
		     instruction.displacement);
	cr_expect_not(instruction_decode(sample->code, sample->length - 1u, &instruction), "%s: taken without its end",
		      sample->text);
}

Test(instruction, invalid_in_64_bit_mode, .timeout = 20)
{
	static const uint8_t codes[][2] = {{0x06}, {0x27}, {0x60}, {0x9a}, {0xd4}, {0xea}};
	struct instruction instruction;

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		cr_expect_not(instruction_decode(codes[i], 2, &instruction), "%02x", codes[i][0]);
}

Test(instruction, prefixes_without_end, .timeout = 20)
{
	uint8_t code[64];
	struct instruction instruction;

	for (size_t i = 0; i < sizeof(code); i++)
		code[i] = 0x66;
	cr_expect_not(instruction_decode(code, sizeof(code), &instruction));
}
