/*
 * copy_on_write: counts how often the kernel has to copy a page after fork(2).
 *
 * The lesson: fork copies the memory, but only as a promise. Parent and child have the same pages at first, and both may
 * only read them. The first write to a page ends in the kernel, by a page fault; it copies that one page and lets the writer
 * go on. So a child pays for what it writes, not for what it has.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGES = 1000, PAGE_SIZE = 4096 }; /* bytes */

static int
fail(const char *what)
{
	fprintf(stderr, "copy_on_write: %s: %s\n", what, strerror(errno));
	return 1;
}

static long
page_faults(void)
{
	struct rusage usage;

	return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_minflt : -1;
}

static long
faults_of_writing(volatile char *memory, char value)
{
	long before = page_faults();

	for (size_t i = 0; i < PAGES; i++)
		memory[i * PAGE_SIZE] = value;
	return page_faults() - before;
}

static long
faults_of_reading(const volatile char *memory)
{
	long before = page_faults();

	for (size_t i = 0; i < PAGES; i++)
		(void)memory[i * PAGE_SIZE];
	return page_faults() - before;
}

static int
child_main(char *memory)
{
	long read = faults_of_reading(memory), written = faults_of_writing(memory, 'c');

	printf("child: %ld page faults to read %d pages, %ld to write to them, %ld to write again\n", read, PAGES,
	       written, faults_of_writing(memory, 'c'));
	return fflush(stdout) == 0 ? 0 : 1;
}

int
main(void)
{
	int status;
	char *memory = mmap(NULL, PAGES * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return fail("mmap");
	/* Page by page: a huge page would be copied as a whole. EINVAL: this kernel has none, which is as well. */
	if (madvise(memory, PAGES * PAGE_SIZE, MADV_NOHUGEPAGE) < 0 && errno != EINVAL)
		return fail("madvise");
	faults_of_writing(memory, 'p');

	pid_t child = fork();
	if (child == 0)
		_exit(child_main(memory));
	if (child < 0)
		return fail("fork");
	if (waitpid(child, &status, 0) < 0)
		return fail("waitpid");
	if (status != 0) {
		fprintf(stderr, "copy_on_write: the child did not succeed (wait status %#x)\n", (unsigned)status);
		return 1;
	}
	printf("parent: the child wrote 'c'; here stands '%c'\n", memory[0]);
	return fflush(stdout) == 0 ? 0 : 1;
}
