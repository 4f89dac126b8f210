/* instruction.c: see instruction.h. Pure. */
#include "preload/x86_64/instruction.h"

#define LENGTH_MAX 15 /* Intel SDM 2.3.11 */

/* One bit an opcode, bit 0 of word 0 is opcode 0: which opcodes of a map have a ModRM byte. */
struct opcode_set {
	uint32_t words[8];
};

static const struct opcode_set one_byte_modrm = {{
	0x0f0f0f0f, /* 00-1f: add or adc sbb, r/m forms */
	0x0f0f0f0f, /* 20-3f: and sub xor cmp */
	0x00000000, /* 40-5f: rex, push, pop */
	0x00000a08, /* 60-7f: movsxd, imul; jcc have none */
	0x0000ffff, /* 80-9f */
	0x00000000, /* a0-bf */
	0xff0f00c3, /* c0-df: shifts, mov imm, x87 */
	0xc0c00000, /* e0-ff: f6 f7 fe ff */
}};

static const struct opcode_set two_byte_modrm = {{
	0xffffa00f, /* 00-1f: 05 syscall, 06 clts, 08 invd, 09 wbinvd, 0b ud2, 0e femms have none */
	0xff00ffff, /* 20-3f: 30-37 rdmsr, rdtsc, … have none */
	0xffffffff, /* 40-5f */
	0xff7fffff, /* 60-7f: 77 emms has none */
	0xffff0000, /* 80-9f: 80-8f jcc rel32 have none */
	0xfffff8f8, /* a0-bf: a0 a1 a2 a8 a9 aa have none */
	0xffff00ff, /* c0-df: c8-cf bswap have none */
	0xffffffff, /* e0-ff */
}};

static bool
is_in(const struct opcode_set *set, uint8_t opcode)
{
	return (set->words[opcode / 32] >> (opcode % 32) & 1) != 0;
}

/* A reader over the bytes, which goes bad rather than beyond the end. */
struct cursor {
	const uint8_t *code;
	size_t available, at;
	bool bad;
	bool is_relative;     /* the operand is relative to the next instruction, */
	int32_t displacement; /* by this much */
};

static uint8_t
next_byte(struct cursor *cursor)
{
	if (cursor->at >= cursor->available || cursor->at >= LENGTH_MAX) {
		cursor->bad = true;
		return 0;
	}
	return cursor->code[cursor->at++];
}

static int32_t
next_signed(struct cursor *cursor, size_t size)
{
	uint32_t value = 0;

	for (size_t i = 0; i < size; i++)
		value |= (uint32_t)next_byte(cursor) << (8 * i);
	return size == 1 ? (int8_t)value : (int32_t)value;
}

static void
skip(struct cursor *cursor, size_t size)
{
	while (size-- > 0)
		next_byte(cursor);
}

/* ModRM, SIB and displacement. Returns the ModRM byte, whose middle bits choose among the instructions of a group. */
static uint8_t
skip_operand(struct cursor *cursor)
{
	uint8_t modrm = next_byte(cursor);
	uint8_t mode = modrm >> 6, register_memory = modrm & 7;

	if (mode == 3)
		return modrm;
	if (register_memory == 4 && (next_byte(cursor) & 7) == 5 && mode == 0)
		skip(cursor, 4);
	if (mode == 1)
		skip(cursor, 1);
	else if (mode == 2)
		skip(cursor, 4);
	cursor->is_relative = mode == 0 && register_memory == 5;
	if (cursor->is_relative)
		cursor->displacement = next_signed(cursor, 4);
	return modrm;
}

struct prefixes {
	bool operand_size, address_size; /* 66, 67 */
	bool rex_w;
};

/* Legacy prefixes in any order, then at most one REX. Returns the opcode's first byte. */
static uint8_t
skip_prefixes(struct cursor *cursor, struct prefixes *prefixes)
{
	for (;;) {
		uint8_t byte = next_byte(cursor);

		switch (byte) {
		case 0x66:
			prefixes->operand_size = true;
			break;
		case 0x67:
			prefixes->address_size = true;
			break;
		case 0x26:
		case 0x2e:
		case 0x36:
		case 0x3e:
		case 0x64:
		case 0x65:
		case 0xf0:
		case 0xf2:
		case 0xf3:
			break;
		default:
			if ((byte & 0xf0) != 0x40)
				return byte;
			prefixes->rex_w = (byte & 8) != 0;
			return next_byte(cursor);
		}
		if (cursor->bad)
			return 0;
	}
}

/* Bytes of the immediate operand of a one-byte opcode, without the branches. */
static size_t
immediate_size(uint8_t opcode, const struct prefixes *prefixes, uint8_t modrm)
{
	size_t word = prefixes->operand_size && !prefixes->rex_w ? 2 : 4;

	if (opcode < 0x40)
		return (opcode & 7) == 4 ? 1 : (opcode & 7) == 5 ? word : 0;
	if (opcode >= 0xb8 && opcode <= 0xbf)
		return prefixes->rex_w ? 8 : word;
	if (opcode >= 0xa0 && opcode <= 0xa3)
		return prefixes->address_size ? 4 : 8;
	if (opcode >= 0xb0 && opcode <= 0xb7)
		return 1;
	switch (opcode) {
	case 0x68:
	case 0x69:
	case 0x81:
	case 0xa9:
	case 0xc7:
		return word;
	case 0x6a:
	case 0x6b:
	case 0x80:
	case 0x83:
	case 0xa8:
	case 0xc0:
	case 0xc1:
	case 0xc6:
	case 0xcd:
	case 0xe4:
	case 0xe5:
	case 0xe6:
	case 0xe7:
		return 1;
	case 0xc2:
	case 0xca:
		return 2;
	case 0xc8:
		return 3;
	case 0xf6:
		return (modrm >> 3 & 7) < 2 ? 1 : 0; /* only test has one */
	case 0xf7:
		return (modrm >> 3 & 7) < 2 ? word : 0;
	default:
		return 0;
	}
}

/* Opcodes that 64-bit mode does not have, or that we would not know the length of. */
static bool
is_invalid(uint8_t opcode)
{
	static const uint8_t invalid[] = {0x06, 0x07, 0x0e, 0x16, 0x17, 0x1e, 0x1f, 0x27, 0x2f, 0x37,
					  0x3f, 0x60, 0x61, 0x82, 0x9a, 0xce, 0xd4, 0xd5, 0xd6, 0xea};

	for (size_t i = 0; i < sizeof(invalid); i++)
		if (opcode == invalid[i])
			return true;
	return false;
}

/* ret, hlt, and of group 5 the indirect jumps; the relative ones are told apart before. */
static bool
is_end(uint8_t opcode, uint8_t modrm)
{
	uint8_t group = modrm >> 3 & 7;

	return opcode == 0xc2 || opcode == 0xc3 || opcode == 0xf4 || (opcode == 0xff && (group == 4 || group == 5));
}

static void
decode_branch(struct cursor *cursor, size_t size, struct instruction *instruction)
{
	instruction->is_relative_branch = true;
	instruction->displacement = next_signed(cursor, size);
}

static void
decode_one_byte(struct cursor *cursor, uint8_t opcode, const struct prefixes *prefixes, struct instruction *instruction)
{
	uint8_t modrm = 0;

	if (is_invalid(opcode)) {
		cursor->bad = true;
		return;
	}
	if ((opcode >= 0x70 && opcode <= 0x7f) || (opcode >= 0xe0 && opcode <= 0xe3) || opcode == 0xeb) {
		instruction->ends_flow = opcode == 0xeb;
		decode_branch(cursor, 1, instruction);
		return;
	}
	if (opcode == 0xe8 || opcode == 0xe9) {
		instruction->is_call = opcode == 0xe8;
		instruction->ends_flow = opcode == 0xe9;
		decode_branch(cursor, 4, instruction);
		return;
	}
	if (is_in(&one_byte_modrm, opcode))
		modrm = skip_operand(cursor);
	if (opcode == 0x8d && cursor->is_relative) {
		instruction->is_address = true;
		instruction->displacement = cursor->displacement;
	}
	instruction->ends_flow = is_end(opcode, modrm);
	skip(cursor, immediate_size(opcode, prefixes, modrm));
}

/* Opcodes behind 0f. The maps behind 0f 38 and 0f 3a are regular: a ModRM byte each, in 3a an immediate byte too. */
static void
decode_two_byte(struct cursor *cursor, struct instruction *instruction)
{
	uint8_t opcode = next_byte(cursor);

	if (opcode == 0x38 || opcode == 0x3a) {
		skip(cursor, 1);
		skip_operand(cursor);
		skip(cursor, opcode == 0x3a ? 1 : 0);
		return;
	}
	if (opcode >= 0x80 && opcode <= 0x8f) {
		decode_branch(cursor, 4, instruction);
		return;
	}
	if (is_in(&two_byte_modrm, opcode))
		skip_operand(cursor);
	instruction->ends_flow = opcode == 0x0b; /* ud2 */
	switch (opcode) {
	case 0x0f: /* 3DNow! keeps its opcode behind the operand */
	case 0x70:
	case 0x71:
	case 0x72:
	case 0x73:
	case 0xa4:
	case 0xac:
	case 0xba:
	case 0xc2:
	case 0xc4:
	case 0xc5:
	case 0xc6:
		skip(cursor, 1);
		break;
	default:
		break;
	}
}

/* VEX and EVEX: the map is chosen by a field of the prefix; map 1 is 0f's, 2 is 0f 38's, 3 is 0f 3a's; EVEX has 5 and 6 too. */
static void
decode_vector(struct cursor *cursor, uint8_t prefix)
{
	uint8_t map = 1, opcode;

	if (prefix == 0xc4) {
		map = next_byte(cursor) & 0x1f;
		skip(cursor, 1);
	} else if (prefix == 0xc5) {
		skip(cursor, 1);
	} else {
		map = next_byte(cursor) & 7;
		skip(cursor, 2);
	}
	opcode = next_byte(cursor);
	if (map == 0 || map == 4 || map > 6)
		cursor->bad = true;
	if (map == 1 && opcode == 0x77 && prefix != 0x62)
		return; /* vzeroupper, vzeroall */
	skip_operand(cursor);
	if (map == 3 ||
	    (map == 1 && (opcode == 0xc2 || (opcode >= 0x70 && opcode <= 0x73) || (opcode >= 0xc4 && opcode <= 0xc6))))
		skip(cursor, 1);
}

bool
instruction_decode(const uint8_t *code, size_t available, struct instruction *instruction)
{
	struct cursor cursor = {.code = code, .available = available};
	struct prefixes prefixes = {false, false, false};
	uint8_t opcode = skip_prefixes(&cursor, &prefixes);

	*instruction = (struct instruction){0};
	if (opcode == 0x0f)
		decode_two_byte(&cursor, instruction);
	else if (opcode == 0xc4 || opcode == 0xc5 || opcode == 0x62)
		decode_vector(&cursor, opcode);
	else
		decode_one_byte(&cursor, opcode, &prefixes, instruction);
	instruction->length = (uint8_t)cursor.at;
	return !cursor.bad;
}
