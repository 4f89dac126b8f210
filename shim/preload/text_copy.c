/* text_copy.c: see text_copy.h. */
#include "preload/text_copy.h"

#include <fcntl.h>
#include <stdbool.h>
#include <sys/mman.h>

#include "decode/names.h"
#include "preload/memory.h"
#include "preload/pages.h"
#include "preload/x86_64/syscall.h"

static int
fail(struct out *reason, const char *what, int64_t error)
{
	const char *name = names_errno((int)-error);

	out_string(reason, what);
	out_string(reason, ": ");
	out_string(reason, name != NULL ? name : "unknown error");
	return (int)error;
}

static int64_t
map_private(size_t size, int flags, int64_t fd, uint64_t offset)
{
	return syscall6(__NR_mmap, 0, size, PROT_READ | PROT_WRITE, (uint64_t)(MAP_PRIVATE | MAP_POPULATE | flags),
			(uint64_t)fd, offset);
}

int
text_copy_open(const struct module *module)
{
	return (int)syscall3(__NR_open, (uint64_t)module->path, O_RDONLY | O_CLOEXEC | O_NOCTTY, 0);
}

void
text_copy_close(int file)
{
	if (file >= 0)
		syscall1(__NR_close, (uint64_t)file);
}

/* The same pages of the file that the module was loaded from; -errno when there is no such thing. */
static int64_t
map_file(const struct text_copy *copy, const struct module *module, int file)
{
	for (uint32_t i = 0; file >= 0 && i < module->program_header_count; i++) {
		const Elf64_Phdr *segment = &module->program_headers[i];
		uint64_t start = module->base + segment->p_vaddr;

		if (segment->p_type == PT_LOAD && copy->text >= start &&
		    copy->text + copy->size <= start + segment->p_filesz)
			return map_private(copy->size, 0, file, segment->p_offset + (copy->text - start));
	}
	return -1;
}

static bool
is_error(int64_t result)
{
	return result < 0 && result >= -4095;
}

int
text_copy_make(struct text_copy *copy, const struct module *module, int file, uint64_t address, size_t size,
	       struct out *reason)
{
	int64_t mapped;

	copy->text = address & ~(PAGE_SIZE - 1);
	copy->size = ((address + size + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1)) - copy->text;
	copy->copy = 0;
	mapped = map_file(copy, module, file);
	if (!is_error(mapped) && memcmp((const void *)mapped, (const void *)copy->text, copy->size) != 0) {
		syscall2(__NR_munmap, (uint64_t)mapped, copy->size); /* replaced on disk since, or changed in memory */
		mapped = -1;
	}
	copy->is_file = !is_error(mapped);
	if (!copy->is_file) {
		mapped = map_private(copy->size, MAP_ANONYMOUS, -1, 0);
		if (is_error(mapped))
			return fail(reason, "no memory for a copy of text", mapped);
		memcpy((void *)mapped, (const void *)copy->text, copy->size);
	}
	copy->copy = (uint64_t)mapped;
	return 0;
}

void
text_copy_write(const struct text_copy *copy, uint64_t address, const void *bytes, size_t size)
{
	memcpy((void *)(copy->copy + (address - copy->text)), bytes, size);
}

int
text_copy_seal(const struct text_copy *copy, struct out *reason)
{
	int64_t error = syscall3(__NR_mprotect, copy->copy, copy->size, PROT_READ | PROT_EXEC);

	return error < 0 ? fail(reason, "changed text may not be made executable here (mprotect)", error) : 0;
}

int
text_copy_apply(struct text_copy *copy, struct out *reason)
{
	int64_t result =
		syscall6(__NR_mremap, copy->copy, copy->size, copy->size, MREMAP_MAYMOVE | MREMAP_FIXED, copy->text, 0);

	if (is_error(result))
		return fail(reason, "text cannot be replaced (mremap)", result);
	copy->copy = 0;
	return 0;
}

void
text_copy_discard(struct text_copy *copy)
{
	if (copy->copy != 0)
		syscall2(__NR_munmap, copy->copy, copy->size);
	copy->copy = 0;
}
