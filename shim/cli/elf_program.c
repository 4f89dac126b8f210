/* elf_program.c: see elf_program.h. Reads by libelf, which knows both classes and byte orders. */
#include "cli/elf_program.h"

#include <gelf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
	uint16_t machine;
	char name[12];
} machines[] = {
	{EM_386, "i386"},        {EM_X86_64, "x86-64"}, {EM_ARM, "ARM"},
	{EM_AARCH64, "AArch64"}, {EM_PPC64, "ppc64"},   {EM_S390, "s390"},
	{EM_MIPS, "MIPS"},       {EM_RISCV, "RISC-V"},  {EM_LOONGARCH, "LoongArch"},
};

const char *
elf_machine_name(uint16_t machine)
{
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++)
		if (machines[i].machine == machine)
			return machines[i].name;
	return NULL;
}

static bool
take_interpreter(int fd, const GElf_Phdr *segment, struct elf_program *program)
{
	size_t size = segment->p_filesz;

	if (size < 2 || size > sizeof(program->interpreter) ||
	    pread(fd, program->interpreter, size, (off_t)segment->p_offset) != (ssize_t)size ||
	    program->interpreter[size - 1] != '\0')
		return false;
	program->has_interpreter = true;
	return true;
}

/* The offset in the file of what the segments put at `address`; 0: nothing of the file is there. */
static uint64_t
offset_of(Elf *elf, uint64_t address)
{
	size_t count;
	GElf_Phdr segment;

	if (elf_getphdrnum(elf, &count) != 0)
		return 0;
	for (size_t i = 0; i < count; i++)
		if (gelf_getphdr(elf, (int)i, &segment) != NULL && segment.p_type == PT_LOAD &&
		    address >= segment.p_vaddr && address - segment.p_vaddr < segment.p_filesz)
			return address - segment.p_vaddr + segment.p_offset;
	return 0;
}

/* A loader is a shared object like any other but for its name. */
static bool
is_named_as_loader(int fd, Elf *elf, uint64_t strings, uint64_t soname)
{
	uint64_t offset = strings != 0 && soname != 0 ? offset_of(elf, strings + soname) : 0;
	char name[3];

	return offset != 0 && pread(fd, name, sizeof(name), (off_t)offset) == sizeof(name) &&
	       memcmp(name, "ld-", sizeof(name)) == 0;
}

static void
take_dynamic(int fd, Elf *elf, const GElf_Phdr *segment, struct elf_program *program)
{
	Elf_Data *data = elf_getdata_rawchunk(elf, (int64_t)segment->p_offset, segment->p_filesz, ELF_T_DYN);
	uint64_t strings = 0, soname = 0;
	GElf_Dyn entry;

	for (int i = 0; data != NULL && gelf_getdyn(data, i, &entry) != NULL && entry.d_tag != DT_NULL; i++) {
		if (entry.d_tag == DT_STRTAB)
			strings = entry.d_un.d_ptr;
		else if (entry.d_tag == DT_SONAME)
			soname = entry.d_un.d_val;
		else if (entry.d_tag == DT_FLAGS_1 && (entry.d_un.d_val & DF_1_PIE) != 0)
			program->is_program = true;
	}
	program->is_loader = is_named_as_loader(fd, elf, strings, soname);
}

static bool
take_segments(int fd, Elf *elf, struct elf_program *program)
{
	size_t count;
	GElf_Phdr segment;

	if (elf_getphdrnum(elf, &count) != 0)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (gelf_getphdr(elf, (int)i, &segment) == NULL)
			return false;
		if (segment.p_type == PT_INTERP && !take_interpreter(fd, &segment, program))
			return false;
		if (segment.p_type == PT_DYNAMIC)
			take_dynamic(fd, elf, &segment, program);
	}
	program->is_program |= program->has_interpreter || program->is_loader;
	return true;
}

static enum elf_reading
read_elf(int fd, Elf *elf, struct elf_program *program)
{
	GElf_Ehdr header;

	if (elf_kind(elf) != ELF_K_ELF)
		return ELF_OTHER_FILE;
	if (gelf_getehdr(elf, &header) == NULL)
		return ELF_DAMAGED;
	program->machine = header.e_machine;
	program->is_64_bit = header.e_ident[EI_CLASS] == ELFCLASS64;
	program->is_little_endian = header.e_ident[EI_DATA] == ELFDATA2LSB;
	program->is_position_independent = header.e_type == ET_DYN;
	program->is_program = header.e_type == ET_EXEC;
	if (header.e_type != ET_EXEC && header.e_type != ET_DYN)
		return ELF_READ;
	return take_segments(fd, elf, program) ? ELF_READ : ELF_DAMAGED;
}

enum elf_reading
elf_program_read(int fd, struct elf_program *program)
{
	enum elf_reading reading;
	Elf *elf;

	memset(program, 0, sizeof(*program));
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (elf == NULL)
		return ELF_OTHER_FILE;
	reading = read_elf(fd, elf, program);
	elf_end(elf);
	return reading;
}
