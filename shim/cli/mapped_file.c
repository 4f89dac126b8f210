/* mapped_file.c: see mapped_file.h. */
#include "cli/mapped_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct mapped_file {
	uint8_t *bytes;
	size_t length;
	int fd;                     /* a copy, to ask for the file's size */
	volatile size_t zeros_from; /* multiple of the page size: zeros are mapped behind; SIZE_MAX: nowhere */
	struct mapped_file *next;
};

static struct mapped_file *mapped; /* all of them */

/* What SIGBUS was before it was ours. */
static struct {
	struct sigaction action;
	sigset_t mask;
	bool is_kept;
} inherited;

static struct mapped_file *
holding(uintptr_t address)
{
	struct mapped_file *file = mapped;

	while (file != NULL && address - (uintptr_t)file->bytes >= file->length)
		file = file->next;
	return file;
}

/* False: there is no room for them. */
static bool
map_zeros(struct mapped_file *file, size_t from)
{
	if (mmap(file->bytes + from, file->length - from, PROT_READ,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) == MAP_FAILED)
		return false;
	if (from < file->zeros_from)
		file->zeros_from = from;
	return true;
}

/* Called by the very instruction that touched the page, which then goes on. Any other SIGBUS does what it would do without us. */
static void
take_signal(int signal, siginfo_t *info, void *context)
{
	uintptr_t address = (uintptr_t)info->si_addr;
	struct mapped_file *file = info->si_code == BUS_ADRERR ? holding(address) : NULL;
	struct sigaction normal = {.sa_handler = SIG_DFL};
	int error = errno;

	(void)context;
	if (file == NULL ||
	    !map_zeros(file, (address - (uintptr_t)file->bytes) & ~((size_t)sysconf(_SC_PAGESIZE) - 1))) {
		sigaction(signal, &normal, NULL);
		raise(signal);
	}
	errno = error;
}

static void
keep_signal(void)
{
	struct sigaction action = {.sa_sigaction = take_signal, .sa_flags = SA_SIGINFO};
	sigset_t only;

	if (inherited.is_kept)
		return;
	sigemptyset(&only);
	sigaddset(&only, SIGBUS);
	sigaction(SIGBUS, &action, &inherited.action);
	sigprocmask(SIG_UNBLOCK, &only, &inherited.mask);
	inherited.is_kept = true;
}

void
mapped_file_give_signal_back(void)
{
	sigset_t only;

	if (!inherited.is_kept)
		return;
	sigemptyset(&only);
	sigaddset(&only, SIGBUS);
	if (sigismember(&inherited.mask, SIGBUS))
		sigprocmask(SIG_BLOCK, &only, NULL);
	sigaction(SIGBUS, &inherited.action, NULL);
	inherited.is_kept = false;
}

struct mapped_file *
mapped_file_open(int fd, size_t length)
{
	struct mapped_file *file = calloc(1, sizeof(*file));

	if (file == NULL)
		return NULL;
	*file = (struct mapped_file){.length = length, .zeros_from = SIZE_MAX, .next = mapped};
	file->fd = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	file->bytes = file->fd >= 0 ? mmap(NULL, length, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
	if (file->bytes == MAP_FAILED) {
		int error = errno;

		if (file->fd >= 0)
			close(file->fd);
		free(file);
		errno = error;
		return NULL;
	}
	madvise(file->bytes, length, MADV_SEQUENTIAL);
	mapped = file;
	keep_signal();
	return file;
}

void
mapped_file_close(struct mapped_file *file)
{
	struct mapped_file **link = &mapped;

	if (file == NULL)
		return;
	while (*link != file)
		link = &(*link)->next;
	*link = file->next;
	munmap(file->bytes, file->length);
	close(file->fd);
	free(file);
	if (mapped == NULL)
		mapped_file_give_signal_back();
}

const void *
mapped_file_bytes(const struct mapped_file *file)
{
	return file->bytes;
}

size_t
mapped_file_length(const struct mapped_file *file)
{
	size_t length = file->length < file->zeros_from ? file->length : file->zeros_from;
	struct stat status;

	if (fstat(file->fd, &status) == 0 && (uint64_t)status.st_size < length)
		length = (size_t)status.st_size;
	return length;
}

bool
mapped_file_has_vanished(const struct mapped_file *file)
{
	return file->zeros_from != SIZE_MAX;
}

void
mapped_file_release(const struct mapped_file *file, size_t from, size_t to)
{
	madvise(file->bytes + from, to - from, MADV_DONTNEED);
}
