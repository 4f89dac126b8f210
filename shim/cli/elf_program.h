/*
 * elf_program.h: what the headers of an ELF file say of the program in it: elf(5).
 */
#ifndef CLI_ELF_PROGRAM_H
#define CLI_ELF_PROGRAM_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

struct elf_program {
	uint16_t machine; /* EM_* */
	bool is_64_bit;
	bool is_little_endian;
	bool is_position_independent; /* ET_DYN */
	bool is_program;              /* ET_EXEC, or ET_DYN that is marked or made to be run */
	bool has_interpreter;         /* PT_INTERP: it is started by a loader */
	bool is_loader;               /* it is a loader itself: DT_SONAME ld-… */
	char interpreter[PATH_MAX];
};

enum elf_reading {
	ELF_READ,
	ELF_OTHER_FILE, /* no ELF file */
	ELF_DAMAGED,
};

enum elf_reading elf_program_read(int fd, struct elf_program *program);

/* "x86-64", "AArch64"; NULL: not known. */
const char *elf_machine_name(uint16_t machine);

#endif
