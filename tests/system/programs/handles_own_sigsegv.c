/* Hazard: the program lives by its own SIGSEGV handler, on a signal stack, and makes tasks there. Every SIGSEGV is one that it asked
   for: pointers that only the kernel was to look at raise none. */
#include "victim.h"

#include <signal.h>

#define PAGES 8

static char *pages;
static long page_size;
static volatile sig_atomic_t faults;
static pid_t children[PAGES];

static void
on_fault(int signal, siginfo_t *info, void *context)
{
	int saved = errno;
	char *page = (char *)((uintptr_t)info->si_addr & ~(uintptr_t)(page_size - 1));
	(void)signal, (void)context;
	CHECK(page >= pages && page < pages + PAGES * page_size);
	CHECK(mprotect(page, (size_t)page_size, PROT_READ | PROT_WRITE) == 0);
	children[faults++] = fork_and_wait();
	errno = saved;
}

static void
pass_bad_pointers(void)
{
	char *const argv[] = {(char *)"true", NULL};
	const char *volatile nowhere = pages;
	char *const *volatile no_vector = (char *const *)(void *)pages;

	CHECK(execve(nowhere, argv, environ) == -1 && errno == EFAULT);
	CHECK(execve("/bin/true", no_vector, environ) == -1 && errno == EFAULT);
	CHECK(execve("/bin/true", argv, no_vector) == -1 && errno == EFAULT);
	CHECK(execl(nowhere, "true", nowhere, NULL) == -1 && errno == EFAULT);
}

int
main(void)
{
	struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	size_t stack_size = (size_t)sysconf(_SC_MINSIGSTKSZ) + 16384;

	page_size = sysconf(_SC_PAGESIZE);
	pages = mmap(NULL, PAGES * (size_t)page_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(pages != MAP_FAILED);
	CHECK(sigaltstack(&(stack_t){.ss_sp = malloc(stack_size), .ss_size = stack_size}, NULL) == 0);
	CHECK(sigaction(SIGSEGV, &action, NULL) == 0);
	pass_bad_pointers();
	CHECK(faults == 0);
	for (int i = 0; i < PAGES; i++) {
		*(volatile char *)(pages + i * page_size) = 'x';
		CHECK(faults == i + 1);
		made(getpid(), "process", children[i]);
		made(getpid(), "thread", create_and_join(NULL));
	}
	CHECK(faults == PAGES);
	return ok();
}
