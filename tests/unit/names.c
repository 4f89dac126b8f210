/* names.c: the tables of names, against the headers and the libc at hand and against what strace 6.1 prints. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "decode/names.h"
#include "rendered.h"

static const struct {
	uint64_t value;
	const char *name;
} header_flags[] = {
#define HEADER_FLAG(flag)   \
	{                   \
		flag, #flag \
	}
	HEADER_FLAG(CLONE_VM),
	HEADER_FLAG(CLONE_FS),
	HEADER_FLAG(CLONE_FILES),
	HEADER_FLAG(CLONE_SIGHAND),
	HEADER_FLAG(CLONE_PIDFD),
	HEADER_FLAG(CLONE_PTRACE),
	HEADER_FLAG(CLONE_VFORK),
	HEADER_FLAG(CLONE_PARENT),
	HEADER_FLAG(CLONE_THREAD),
	HEADER_FLAG(CLONE_NEWNS),
	HEADER_FLAG(CLONE_SYSVSEM),
	HEADER_FLAG(CLONE_SETTLS),
	HEADER_FLAG(CLONE_PARENT_SETTID),
	HEADER_FLAG(CLONE_CHILD_CLEARTID),
	HEADER_FLAG(CLONE_UNTRACED),
	HEADER_FLAG(CLONE_CHILD_SETTID),
	HEADER_FLAG(CLONE_NEWCGROUP),
	HEADER_FLAG(CLONE_NEWUTS),
	HEADER_FLAG(CLONE_NEWIPC),
	HEADER_FLAG(CLONE_NEWUSER),
	HEADER_FLAG(CLONE_NEWPID),
	HEADER_FLAG(CLONE_NEWNET),
	HEADER_FLAG(CLONE_IO),
	HEADER_FLAG(CLONE_NEWTIME),
	HEADER_FLAG(CLONE_CLEAR_SIGHAND),
	HEADER_FLAG(CLONE_INTO_CGROUP),
	HEADER_FLAG(CLONE_DETACHED),
};

Test(names, clone_flags_agree_with_the_kernel_headers, .timeout = 20)
{
	size_t count = sizeof header_flags / sizeof *header_flags;
	for (size_t i = 0; i < count; i++) {
		cr_expect(eq(u64, clone_flags[i].value, header_flags[i].value), "%s", header_flags[i].name);
		expect_string(clone_flags[i].name, header_flags[i].name);
		cr_expect(eq(int, clone_flags[i].only_clone3,
			     header_flags[i].value > UINT32_MAX || header_flags[i].value & CSIGNAL));
	}
	/* Behind them are only those that are newer than some header that this is built with. */
	for (const struct clone_flag *flag = &clone_flags[count]; flag->value; flag++)
		cr_expect(flag->unnamed && flag->only_clone3, "%s", flag->name);
}

/* "0x00000080", "0x100000000ULL", "(1ULL << 34)". */
static uint64_t
macro_value(const char *text)
{
	char *end;
	uint64_t value = strtoull(text + (*text == '('), &end, 0);
	end += strspn(end, "UL ");
	return strncmp(end, "<<", 2) == 0 ? value << strtoul(end + 2, NULL, 0) : value;
}

/* A flag that the kernel's headers at hand have and the table has not. CLONE_ARGS_ are sizes. */
Test(names, every_clone_flag_of_the_headers_is_known, .timeout = 20)
{
	FILE *macros = popen("echo '#include <linux/sched.h>' | cc -E -dM - | grep '^#define CLONE_'", "r");
	char name[64], value[64];
	size_t seen = 0;

	cr_assert(macros != NULL);
	while (fscanf(macros, "#define %63s %63[^\n]\n", name, value) == 2) {
		const struct clone_flag *flag = clone_flags;
		if (strncmp(name, "CLONE_ARGS_", strlen("CLONE_ARGS_")) == 0)
			continue;
		while (flag->value && strcmp(flag->name, name) != 0)
			flag++;
		cr_expect(eq(u64, flag->value, macro_value(value)), "%s %s", name, value);
		seen++;
	}
	cr_expect(feof(macros));
	cr_expect(eq(int, pclose(macros), 0));
	cr_expect(ge(sz, seen, sizeof header_flags / sizeof *header_flags));
}

Test(names, clone_flags_are_single_distinct_bits_with_a_meaning, .timeout = 20)
{
	uint64_t seen = 0;
	for (const struct clone_flag *flag = clone_flags; flag->value; flag++) {
		cr_expect(eq(u64, flag->value & (flag->value - 1), 0), "%s", flag->name);
		cr_expect(eq(u64, seen & flag->value, 0), "%s", flag->name);
		cr_expect(gt(sz, strnlen(flag->meaning, sizeof flag->meaning), (size_t)0), "%s", flag->name);
		cr_expect(lt(sz, strnlen(flag->meaning, sizeof flag->meaning), sizeof flag->meaning), "%s", flag->name);
		cr_expect(gt(sz, strnlen(flag->detail, sizeof flag->detail), (size_t)0), "%s", flag->name);
		cr_expect(lt(sz, strnlen(flag->detail, sizeof flag->detail), sizeof flag->detail), "%s", flag->name);
		cr_expect(gt(sz, strnlen(flag->since, sizeof flag->since), (size_t)0), "%s", flag->name);
		seen |= flag->value;
	}
}

/* The order is strace's, not the bits'; a number is explained only where it stands alone. */
Test(names, clone_flags_in_strace_notation, .timeout = 20)
{
	static const struct {
		uint64_t flags;
		bool clone3;
		const char *text;
	} rows[] = {
		{0, false, "0"},
		{0, true, "0"},
		{CLONE_VM, false, "CLONE_VM"},
		{CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | CLONE_VM, true,
		 "CLONE_VM|CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID"},
		{CLONE_IO | CLONE_NEWTIME, true, "CLONE_IO|CLONE_NEWTIME"},
		{CLONE_DETACHED, false, "0x400000 /* CLONE_??? */"},
		{CLONE_DETACHED | CLONE_FS, false, "CLONE_FS|0x400000"},
		{0x400000000 | CLONE_PIDFD, true, "CLONE_PIDFD|0x400000000"}, /* of Linux 7.1 */
		{CLONE_CLEAR_SIGHAND, true, "CLONE_CLEAR_SIGHAND"},
		{CLONE_CLEAR_SIGHAND, false, "0x100000000 /* CLONE_??? */"},
		{0x7f, true, "0x7f /* CLONE_??? */"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		names_out_clone_flags(rendered_begin(), rows[i].flags, rows[i].clone3);
		expect_rendered(rows[i].text);
	}
}

Test(names, clone_argument_carries_flags_and_signal, .timeout = 20)
{
	static const struct {
		uint64_t argument;
		const char *text;
	} rows[] = {
		{0, "0"},
		{SIGCHLD, "SIGCHLD"},
		{CLONE_VM, "CLONE_VM"},
		{CLONE_VM | CLONE_VFORK | SIGCHLD, "CLONE_VM|CLONE_VFORK|SIGCHLD"},
		{CLONE_NEWTIME, "128"}, /* to clone it is a signal number */
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		names_out_clone_argument(rendered_begin(), rows[i].argument);
		expect_rendered(rows[i].text);
	}
}

Test(names, signals_agree_with_libc, .timeout = 20)
{
	for (int signal = 1; signal < 32; signal++) {
		char expected[32] = "SIG";
		/* sigabbrev_np() says POLL for SIGIO; strace and the kernel say SIGIO. */
		strcat(expected, signal == SIGIO ? "IO" : sigabbrev_np(signal));
		names_out_signal(rendered_begin(), (uint64_t)signal);
		expect_rendered(expected);
	}
}

Test(names, signals_beyond_the_named_ones, .timeout = 20)
{
	static const struct {
		uint64_t signal;
		const char *text;
	} rows[] = {{0, "0"},
		    {32, "SIGRTMIN"},
		    {33, "SIGRT_1"},
		    {34, "SIGRT_2"},
		    {64, "SIGRT_32"},
		    {65, "65"},
		    {0x7fffffff, "2147483647"},
		    {UINT64_MAX, "18446744073709551615"}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		names_out_signal(rendered_begin(), rows[i].signal);
		expect_rendered(rows[i].text);
	}
}

/* All that glibc knows, we know, with the same words; and nothing else. */
Test(names, errno_values_agree_with_glibc, .timeout = 20)
{
	for (int error = -1; error <= 4096; error++) {
		const char *name = error > 0 ? strerrorname_np(error) : NULL;
		if (!name) {
			cr_expect(eq(ptr, (void *)names_errno(error), NULL), "errno %d", error);
			cr_expect(eq(ptr, (void *)names_errno_text(error), NULL), "errno %d", error);
			continue;
		}
		cr_assert(ne(ptr, (void *)names_errno(error), NULL), "errno %d is %s", error, name);
		expect_string(names_errno(error), name);
		expect_string(names_errno_text(error), strerror(error));
	}
}

Test(names, errno_in_strace_notation, .timeout = 20)
{
	names_out_errno(rendered_begin(), EAGAIN);
	expect_rendered("EAGAIN (Resource temporarily unavailable)");
	names_out_errno(rendered_begin(), 600);
	expect_rendered("(errno 600)");
}

Test(names, scheduling_policies, .timeout = 20)
{
	expect_string(names_sched_policy(SCHED_NORMAL), "SCHED_OTHER");
	expect_string(names_sched_policy(SCHED_FIFO), "SCHED_FIFO");
	expect_string(names_sched_policy(SCHED_RR), "SCHED_RR");
	expect_string(names_sched_policy(SCHED_BATCH), "SCHED_BATCH");
	expect_string(names_sched_policy(SCHED_IDLE), "SCHED_IDLE");
	expect_string(names_sched_policy(SCHED_DEADLINE), "SCHED_DEADLINE");
	cr_expect(eq(ptr, (void *)names_sched_policy(4), NULL)); /* reserved for SCHED_ISO */
	cr_expect(eq(ptr, (void *)names_sched_policy(-1), NULL));
	cr_expect(eq(ptr, (void *)names_sched_policy(99), NULL));
}

Test(names, creation_syscalls, .timeout = 20)
{
	expect_string(names_creation_syscall(SYS_clone), "clone");
	expect_string(names_creation_syscall(SYS_clone3), "clone3");
	expect_string(names_creation_syscall(SYS_fork), "fork");
	expect_string(names_creation_syscall(SYS_vfork), "vfork");
	cr_expect(eq(ptr, (void *)names_creation_syscall(SYS_execve), NULL));
}

Test(names, arguments_of_syscalls, .timeout = 20)
{
	cr_expect_eq(names_syscall_argument_count(SYS_clone), 5);
	cr_expect_eq(names_syscall_argument_count(SYS_clone3), 2);
	cr_expect_eq(names_syscall_argument_count(SYS_fork), 0);
	cr_expect_eq(names_syscall_argument_count(SYS_vfork), 0);
	cr_expect_eq(names_syscall_argument_count(SYS_read), 6);
}

Test(names, notifications, .timeout = 20)
{
	cr_expect_str_eq(names_sigevent(SIGEV_NONE), "SIGEV_NONE");
	cr_expect_str_eq(names_sigevent(SIGEV_SIGNAL), "SIGEV_SIGNAL");
	cr_expect_str_eq(names_sigevent(SIGEV_THREAD), "SIGEV_THREAD");
	cr_expect_str_eq(names_sigevent(SIGEV_THREAD_ID), "SIGEV_THREAD_ID");
	cr_expect_null(names_sigevent(3));
	cr_expect_null(names_sigevent(5));
	cr_expect_null(names_sigevent(-1));
}

Test(names, spawn_flags_are_those_of_the_header, .timeout = 20)
{
	uint32_t all = 0;
	for (const struct spawn_flag *flag = spawn_flags; flag->value; flag++) {
		cr_expect_eq(all & flag->value, 0, "%s", flag->name);
		all |= flag->value;
	}
	cr_expect_eq(all, POSIX_SPAWN_RESETIDS | POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
				  POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSCHEDPARAM | POSIX_SPAWN_SETSCHEDULER |
				  POSIX_SPAWN_USEVFORK | POSIX_SPAWN_SETSID | 0x100);
}
