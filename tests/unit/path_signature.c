/* path_signature.c: the paths of calls as text. */
#include "cli/path_signature.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

TestSuite(path_signature, .timeout = 10);

#define THREAD (CLONE_VM | CLONE_THREAD | CLONE_SIGHAND)

static struct path_element
creation(uint32_t nr, uint64_t flags, int64_t result)
{
	return (struct path_element){.nr = nr,
				     .is_creation = true,
				     .request_known = true,
				     .returned = true,
				     .request = {.flags = flags},
				     .result = result,
				     .within = LIBC_CALL_COUNT};
}

static struct path_element
plain(uint32_t nr, uint64_t first, uint64_t second, uint64_t third, uint64_t fourth)
{
	return (struct path_element){
		.nr = nr, .returned = true, .args = {first, second, third, fourth}, .within = LIBC_CALL_COUNT};
}

/* `origin` is that of all stacks. */
static void
expect_path(struct path_element *path, size_t count, enum stack_origin origin, const char *expected)
{
	static char text[PATH_SIGNATURE_MAX];
	struct out out;

	for (size_t i = 0; i < count; i++)
		path[i].origin = origin;

	out_init(&out, text, sizeof(text));
	path_signature_out(&out, "call", path, count);
	text[out.length] = '\0';
	cr_expect_str_eq(text, expected);
}

static void
expect_label(const struct path_element *element, const char *expected)
{
	char text[PATH_LABEL_MAX];
	struct out out;

	out_init(&out, text, sizeof(text));
	path_element_out_label(&out, element);
	text[out.length] = '\0';
	cr_expect_str_eq(text, expected);
}

Test(path_signature, tells_flags_and_whose_stack_it_is)
{
	struct path_element element = creation(SYS_clone3, THREAD, 7);

	expect_path(&element, 1, STACK_LIBC, "call: clone3(CLONE_VM|CLONE_SIGHAND|CLONE_THREAD)");
	element.request.stack = 0x7f0000001000;
	expect_path(&element, 1, STACK_LIBC, "call: clone3(CLONE_VM|CLONE_SIGHAND|CLONE_THREAD, stack by libc)");
	expect_path(&element, 1, STACK_USER, "call: clone3(CLONE_VM|CLONE_SIGHAND|CLONE_THREAD, stack by the program)");
	expect_path(&element, 1, STACK_NOT_OBSERVED, "call: clone3(CLONE_VM|CLONE_SIGHAND|CLONE_THREAD, a stack)");
}

Test(path_signature, tells_the_exit_signal)
{
	struct path_element element = creation(SYS_clone, 0, 7);

	element.request.exit_signal = SIGCHLD;
	expect_path(&element, 1, STACK_COPY, "call: clone(SIGCHLD)");
	element.request.flags = CLONE_VM | CLONE_VFORK;
	expect_path(&element, 1, STACK_SHARED, "call: clone(CLONE_VM|CLONE_VFORK|SIGCHLD)");
	element.request = (struct creation){0};
	expect_path(&element, 1, STACK_COPY, "call: clone(0)");
}

Test(path_signature, invents_no_request)
{
	struct path_element element = creation(SYS_clone3, 0, -EFAULT), fork = creation(SYS_fork, 0, 7);

	element.request_known = false;
	expect_path(&element, 1, STACK_NOT_OBSERVED, "call: clone3(not observed) = EFAULT");
	element.returned = false;
	expect_path(&element, 1, STACK_NOT_OBSERVED, "call: clone3(not observed) = ?");
	expect_path(&fork, 1, STACK_COPY, "call: fork");
}

Test(path_signature, tells_failures_and_what_comes_instead)
{
	struct path_element path[] = {creation(SYS_clone3, CLONE_VM, -ENOSYS), creation(SYS_clone, CLONE_VM, 7)};

	path[0].request.stack = path[1].request.stack = 4096;
	path[0].injected = true;
	expect_path(path, 2, STACK_LIBC,
		    "call: clone3(CLONE_VM, a stack) = ENOSYS (injected) clone(CLONE_VM, stack by libc)");
	expect_label(&path[0], "clone3 = ENOSYS (injected)");
	expect_label(&path[1], "clone");
}

Test(path_signature, leaves_out_addresses_and_sizes)
{
	struct path_element path[] = {
		plain(SYS_mmap, 0, 8392704, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK),
		plain(SYS_mprotect, 0x7f0000001000, 8388608, PROT_READ | PROT_WRITE, 0),
		plain(SYS_munmap, 0x7f0000001000, 4096, 0, 0),
		plain(SYS_rt_sigprocmask, SIG_BLOCK, 0x7ffe00001000, 0, 8),
		plain(SYS_rt_sigprocmask, SIG_BLOCK, 0, 0x7ffe00001000, 8), /* asks only */
	};

	expect_path(path, 5, STACK_NOT_OBSERVED,
		    "call: mmap(PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_STACK) mprotect(PROT_READ|PROT_WRITE) munmap "
		    "rt_sigprocmask(SIG_BLOCK) rt_sigprocmask");
	expect_label(&path[1], "mprotect(PROT_READ|PROT_WRITE)");
}

Test(path_signature, folds_what_is_repeated)
{
	struct path_element path[] = {
		plain(SYS_brk, 1, 0, 0, 0), plain(SYS_brk, 2, 0, 0, 0), plain(SYS_mprotect, 1, 1, PROT_NONE, 0),
		plain(SYS_brk, 3, 0, 0, 0), creation(SYS_fork, 0, 8),   creation(SYS_fork, 0, 9),
		creation(SYS_fork, 0, 10),  creation(SYS_fork, 0, -11),
	};

	expect_path(path, 8, STACK_COPY, "call: brk ×2 mprotect(PROT_NONE) brk fork ×3 fork = EAGAIN");
	path[1].result = -ENOMEM;
	expect_path(path, 2, STACK_COPY, "call: brk brk = ENOMEM");
}

Test(path_signature, names_the_call_inside)
{
	struct path_element element = creation(SYS_clone, CLONE_VM, 7);

	element.within = CALL_CLONE;
	expect_path(&element, 1, STACK_COPY, "call: clone()→clone(CLONE_VM)");
	expect_label(&element, "clone");
}

Test(path_signature, marks_what_is_cut)
{
	static struct path_element path[1000];
	static char text[PATH_SIGNATURE_MAX];
	struct out out;

	for (size_t i = 0; i < 1000; i++)
		path[i] = plain(SYS_mprotect, 0, 0, i % 2 ? PROT_NONE : PROT_READ, 0);
	out_init(&out, text, sizeof(text) - 1);
	path_signature_out(&out, "call", path, 1000);
	cr_assert(out.cut);
	text[out_finish(&out)] = '\0';
	cr_expect_not_null(strstr(text, OUT_CUT_MARK));
}
