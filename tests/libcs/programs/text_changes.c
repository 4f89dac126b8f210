/* Shows where the text of the loaded objects differs from the files that they were loaded from: a line "OBJECT OFFSET" for each five
   bytes, the length of a jump, in which something does; offsets as objdump(1) counts them. Bare, there is none; nor is there before
   anything is created. */
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define JUMP_LENGTH 5

static void
show_changes(const char *name, const unsigned char *memory, const unsigned char *file, size_t size, size_t address)
{
	for (size_t i = 0; i < size; i++)
		if (memory[i] != file[i]) {
			printf("%s %zx\n", name, address + i);
			i += JUMP_LENGTH - 1; /* some of which may happen to be as they were */
		}
}

static int
visit(struct dl_phdr_info *object, size_t size, void *context)
{
	const char *name = strrchr(object->dlpi_name, '/') ? strrchr(object->dlpi_name, '/') + 1 : object->dlpi_name;
	int fd = open(object->dlpi_name, O_RDONLY);
	struct stat status;
	(void)size, (void)context;
	if (fd < 0) /* the vDSO, the main program */
		return 0;
	if (fstat(fd, &status) != 0)
		exit(1);
	const unsigned char *file = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (file == MAP_FAILED)
		exit(1);
	for (int i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
		if (segment->p_type == PT_LOAD && (segment->p_flags & PF_X))
			show_changes(name, (const unsigned char *)(object->dlpi_addr + segment->p_vaddr),
				     file + segment->p_offset, segment->p_filesz, segment->p_vaddr);
	}
	munmap((void *)file, (size_t)status.st_size);
	close(fd);
	return 0;
}

int
main(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	waitpid(child, NULL, 0);
	dl_iterate_phdr(visit, NULL);
	return 0;
}
