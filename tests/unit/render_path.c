/* render_path.c: system calls of a path in strace's notation, by example; and the table of names, which is made from the kernel's header. */
#include <criterion/criterion.h>
#include <errno.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "decode/names.h"
#include "decode/path_syscall.h"
#include "decode/render.h"
#include "unit/rendered.h"

#define OBSERVED(...)                                         \
	{                                                     \
		.is_observed = true, .words = { __VA_ARGS__ } \
	}

struct example {
	struct event_path_syscall event;
	const char *expected;
};

static const struct example examples[] = {
	{{.nr = SYS_mmap, .returned = true, .args = {0, 8392704, 0, 0x20022, UINT32_MAX, 0}, .result = 0x7f593eb6b000},
	 "mmap(NULL, 8392704, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_STACK, -1, 0) = 0x7f593eb6b000"},
	{{.nr = SYS_mprotect, .returned = true, .args = {0x7f593eb6c000, 8388608, 3}},
	 "mprotect(0x7f593eb6c000, 8388608, PROT_READ|PROT_WRITE) = 0"},
	{{.nr = SYS_rt_sigprocmask,
	  .returned = true,
	  .args = {0, 0x1000, 0x2000, 8},
	  .before = OBSERVED(UINT64_MAX),
	  .after = OBSERVED(0x10002)},
	 "rt_sigprocmask(SIG_BLOCK, ~[], [INT CHLD], 8) = 0"},
	{{.nr = SYS_rt_sigprocmask,
	  .returned = true,
	  .args = {2, 0x1000, 0, 8},
	  .before = OBSERVED(~UINT64_C(0x80000000))},
	 "rt_sigprocmask(SIG_SETMASK, ~[RTMIN], NULL, 8) = 0"},
	{{.nr = SYS_rt_sigprocmask, .returned = true, .args = {77, 0x10, 0, 8}, .result = -EFAULT},
	 "rt_sigprocmask(0x4d, 0x10, NULL, 8) = -1 EFAULT (Bad address)"},
	{{.nr = SYS_rt_sigaction,
	  .returned = true,
	  .args = {2, 0x1000, 0x2000, 8},
	  .before = OBSERVED(1, 0x04000000, 0x7f12, 0),
	  .after = OBSERVED(0, 0, 0, 0)},
	 "rt_sigaction(SIGINT, {sa_handler=SIG_IGN, sa_mask=[], sa_flags=SA_RESTORER, sa_restorer=0x7f12}, "
	 "{sa_handler=SIG_DFL, sa_mask=[], sa_flags=0}, 8) = 0"},
	{{.nr = SYS_futex, .returned = true, .args = {0x1000, 128, 2, 0, 5, 6}, .result = -EAGAIN},
	 "futex(0x1000, FUTEX_WAIT_PRIVATE, 2, NULL) = -1 EAGAIN (Resource temporarily unavailable)"},
	{{.nr = SYS_futex, .returned = true, .args = {0x1000, 129, 1, 4, 5, 6}, .result = 1},
	 "futex(0x1000, FUTEX_WAKE_PRIVATE, 1) = 1"},
	{{.nr = SYS_wait4, .returned = true, .args = {7, 0x1000, 0, 0}, .after = OBSERVED(3 << 8), .result = 7},
	 "wait4(7, [{WIFEXITED(s) && WEXITSTATUS(s) == 3}], 0, NULL) = 7"},
	{{.nr = SYS_wait4, .returned = true, .args = {7, 0x1000, 1, 0}, .after = OBSERVED(9), .result = 7},
	 "wait4(7, [{WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL}], WNOHANG, NULL) = 7"},
	{{.nr = SYS_pipe2, .returned = true, .args = {0x1000, 02000000}, .after = OBSERVED(UINT64_C(4) << 32 | 3)},
	 "pipe2([3, 4], O_CLOEXEC) = 0"},
	{{.nr = SYS_brk, .returned = true, .args = {0}, .result = 0x561c89265000}, "brk(NULL) = 0x561c89265000"},
	{{.nr = SYS_getrandom, .returned = true, .args = {0x1000, 8, 1}, .result = 8},
	 "getrandom(0x1000, 8, GRND_NONBLOCK) = 8"},
	{{.nr = SYS_exit_group, .args = {3}}, "exit_group(3) = ?"},
	{{.nr = SYS_sync, .returned = true, .args = {1, 2, 3, 0, 0, 0x10}}, "sync(0x1, 0x2, 0x3, 0, 0, 0x10) = 0"},
	{{.nr = 999, .returned = true, .args = {0}, .result = -ENOSYS},
	 "syscall_0x3e7(0, 0, 0, 0, 0, 0) = -1 ENOSYS (Function not implemented)"},
};

Test(render_path, examples, .timeout = 20)
{
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		render_path_syscall(rendered_begin(), &examples[i].event);
		expect_rendered(examples[i].expected);
	}
}

Test(render_path, tagged_and_indented, .timeout = 20)
{
	struct event_path_syscall event = {
		.head = {.pid = 7, .tid = 8, .depth = 1}, .nr = SYS_munmap, .returned = true, .args = {0x1000, 4096}};

	render_text_path_syscall(rendered_begin(), &event);
	expect_rendered("[7:8]   munmap(0x1000, 4096) = 0");
}

Test(names_syscall, are_those_of_the_kernel, .timeout = 20)
{
	cr_expect_str_eq(names_syscall(SYS_read), "read");
	cr_expect_str_eq(names_syscall(SYS_rt_sigprocmask), "rt_sigprocmask");
	cr_expect_str_eq(names_syscall(SYS_exit_group), "exit_group");
	cr_expect_str_eq(names_syscall(SYS_clone3), "clone3");
	cr_expect_null(names_syscall(400));
	cr_expect_null(names_syscall(UINT32_MAX));
}

/* At most 32 bytes are kept of either. */
Test(path_syscall, memory_that_is_read, .timeout = 20)
{
	for (uint32_t nr = 0; nr < 500; nr++) {
		size_t size = 0;

		if (path_syscall_reads(nr, &size) >= 0)
			cr_expect_leq(size, sizeof(((struct event_path_memory *)0)->words));
		if (path_syscall_writes(nr, &size) >= 0)
			cr_expect_leq(size, sizeof(((struct event_path_memory *)0)->words));
	}
}
