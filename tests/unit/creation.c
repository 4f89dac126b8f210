/* creation.c: four syscalls, one request. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/syscall.h>

#include "decode/creation.h"

static const struct {
	const char *what;
	struct event_syscall event;
	struct creation expected;
} rows[] = {
	{"fork", {.nr = SYS_fork}, {.exit_signal = SIGCHLD}},
	{"vfork", {.nr = SYS_vfork}, {.flags = CLONE_VM | CLONE_VFORK, .exit_signal = SIGCHLD}},
	{"clone splits its first argument",
	 {.nr = SYS_clone, .args = {CLONE_VM | SIGUSR1, 0x5000}},
	 {.flags = CLONE_VM, .exit_signal = SIGUSR1, .stack = 0x5000}},
	{"clone ignores what is beyond 32 bits",
	 {.nr = SYS_clone, .args = {CLONE_CLEAR_SIGHAND | CLONE_FS}},
	 {.flags = CLONE_FS}},
	{"clone3",
	 {.nr = SYS_clone3,
	  .memory_observed = true,
	  .clone3 = {.flags = CLONE_NEWTIME | CLONE_INTO_CGROUP,
		     .exit_signal = SIGCHLD,
		     .stack = 0x5000,
		     .stack_size = 0x1000,
		     .set_tid_size = 1,
		     .cgroup = 3}},
	 {.flags = CLONE_NEWTIME | CLONE_INTO_CGROUP,
	  .exit_signal = SIGCHLD,
	  .stack = 0x5000,
	  .set_tid_size = 1,
	  .cgroup = 3}},
};

Test(creation, is_the_same_request_whatever_the_syscall, .timeout = 20)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct creation creation;
		cr_expect(creation_of_syscall(&creation, &rows[i].event), "%s", rows[i].what);
		cr_expect(eq(u64, creation.flags, rows[i].expected.flags), "%s", rows[i].what);
		cr_expect(eq(u64, creation.exit_signal, rows[i].expected.exit_signal), "%s", rows[i].what);
		cr_expect(eq(u64, creation.stack, rows[i].expected.stack), "%s", rows[i].what);
		cr_expect(eq(u64, creation.set_tid_size, rows[i].expected.set_tid_size), "%s", rows[i].what);
		cr_expect(eq(u64, creation.cgroup, rows[i].expected.cgroup), "%s", rows[i].what);
	}
}

Test(creation, is_not_known_without_the_memory_or_for_other_syscalls, .timeout = 20)
{
	struct creation creation;
	struct event_syscall event = {.nr = SYS_clone3, .clone3 = {.flags = CLONE_VM}};
	cr_expect(not(creation_of_syscall(&creation, &event)));
	cr_expect(eq(u64, creation.flags, 0));
	event.nr = SYS_getppid;
	cr_expect(not(creation_of_syscall(&creation, &event)));
}
