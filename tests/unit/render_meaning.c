/*
 * render_meaning.c: what the flags mean, in words. The rows are the creations that a reader meets in practice, and one for
 * each flag.
 */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>

#include "decode/render.h"
#include "rendered.h"

#define SUCCESS .head = {.pid = 1, .tid = 1, .call_id = 1, .depth = 1}, .returned = true, .result = 2
#define CLONE(flags, stack)                                           \
	{                                                             \
		.nr = SYS_clone, SUCCESS, .args = {(flags), (stack) } \
	}
#define CLONE3(...)                                                                                                 \
	{                                                                                                           \
		.nr = SYS_clone3, SUCCESS, .memory_observed = true, .args = {0x1000, 88}, .clone3 = { __VA_ARGS__ } \
	}

#define COPIED "a new process: memory, file descriptors, working directory and signal handlers are copied; "
#define AT_END "SIGCHLD to the parent when it ends"

static const struct {
	const char *text;
	struct event_syscall event;
} rows[] = {
	/* fork(2) the syscall, and as musl and the kernel's documentation write it */
	{COPIED AT_END, {.nr = SYS_fork, SUCCESS}},
	{COPIED AT_END, CLONE(SIGCHLD, 0)},

	/* fork() of glibc. The copy's memory is its own: at its end nobody is there to see child_tid zeroed. */
	{COPIED AT_END "; it finds its id in child_tid", CLONE(CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID | SIGCHLD, 0)},

	/* vfork(2) */
	{"a new process: shares memory; file descriptors, working directory and signal handlers are copied; "
	 "the parent's stack, the parent's TLS; " AT_END "; the parent waits until it execs or exits",
	 {.nr = SYS_vfork, SUCCESS}},

	/* posix_spawn() of glibc 2.38: a stack of its own, and no handlers that could run in shared memory */
	{"a new process: shares memory; file descriptors and working directory are copied; "
	 "own stack, the parent's TLS; " AT_END
	 "; the parent waits until it execs or exits; signal handlers are reset to default",
	 CLONE3(.flags = CLONE_VM | CLONE_VFORK | CLONE_CLEAR_SIGHAND, .exit_signal = SIGCHLD, .stack = 0x1000,
		.stack_size = 0x9000)},

	/* pthread_create() of glibc 2.36 */
	{"a thread of this process: shares memory, file descriptors, working directory, signal handlers, semaphore "
	 "undo "
	 "lists; own stack, own TLS; no exit signal; its id is stored in parent_tid; child_tid is zeroed and woken "
	 "(futex) "
	 "when it ends",
	 CLONE3(.flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |
			 CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID,
		.stack = 0x1000, .stack_size = 0x800000)},

	/* a thread's exit signal is never sent, whatever was asked for */
	{"a thread of this process: shares memory, signal handlers; file descriptors and working directory are copied; "
	 "own stack, the parent's TLS; no exit signal",
	 CLONE(CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | SIGCHLD, 0x1000)},

	/* one flag after the other */
	{"a new process: shares file descriptors; memory, working directory and signal handlers are copied; " AT_END,
	 CLONE(CLONE_FILES | SIGCHLD, 0)},
	{"a new process: shares file descriptors, working directory, signal handlers, I/O context; memory is "
	 "copied; " AT_END,
	 CLONE(CLONE_FILES | CLONE_FS | CLONE_SIGHAND | CLONE_IO | SIGCHLD, 0)},
	{COPIED "own stack; " AT_END, CLONE(SIGCHLD, 0x1000)},
	{COPIED "own TLS; " AT_END, CLONE(CLONE_SETTLS | SIGCHLD, 0)},
	{COPIED "no exit signal (wait for it with __WCLONE or __WALL)", CLONE(0, 0)},
	{COPIED "SIGUSR1 to the parent when it ends", CLONE(SIGUSR1, 0)},
	{"a new process, a sibling of this one: memory, file descriptors, working directory and signal handlers are "
	 "copied; "
	 "the caller's own exit signal to the caller's parent when it ends",
	 CLONE(CLONE_PARENT | SIGCHLD, 0)},
	{COPIED AT_END "; the parent gets a pidfd", CLONE(CLONE_PIDFD | SIGCHLD, 0)},
	{COPIED AT_END "; traced if the parent is", CLONE(CLONE_PTRACE | SIGCHLD, 0)},
	{COPIED AT_END "; never traced by inheritance", CLONE(CLONE_UNTRACED | SIGCHLD, 0)},
	{COPIED AT_END "; new namespace: user, PID, mount, network, UTS, IPC, cgroup, time",
	 CLONE3(.flags = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC |
			 CLONE_NEWCGROUP | CLONE_NEWTIME,
		.exit_signal = SIGCHLD)},
	{COPIED AT_END "; in the cgroup of descriptor 7",
	 CLONE3(.flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD, .cgroup = 7)},
	{COPIED AT_END "; its id was chosen by the caller",
	 CLONE3(.exit_signal = SIGCHLD, .set_tid = 0x1000, .set_tid_size = 1)},

	/* the kernel's answer is known, the question is not */
	{"a new task: what it shares was not observed", {.nr = SYS_clone3, SUCCESS, .args = {0x1000, 88}}},
};

Test(meaning, in_words, .timeout = 20)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char expected[1024];
		snprintf(expected, sizeof expected, "[1]     %s", rows[i].text);
		render_text_meaning(rendered_begin(), &rows[i].event);
		expect_rendered(expected);
	}
}

Test(meaning, nothing_was_created, .timeout = 20)
{
	struct event_syscall failed = {.nr = SYS_fork, .returned = true, .result = -EAGAIN};
	struct event_syscall unknown = {.nr = SYS_fork};
	struct out *out = rendered_begin();
	render_text_meaning(out, &failed);
	render_text_meaning(out, &unknown);
	cr_expect(eq(sz, out->length, 0));
}
