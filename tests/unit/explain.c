/* explain.c: how `cloneshim explain` reads what is written, and what combinations amount to. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cli/explain.h"
#include "rendered.h"

#define POSIX_THREAD_NAMES                                                                                         \
	"CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM|CLONE_SETTLS|CLONE_PARENT_SETTID|" \
	"CLONE_CHILD_CLEARTID"
#define POSIX_THREAD                                                                                       \
	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS | \
	 CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)

Test(explain, reads_what_people_write, .timeout = 20)
{
	static const struct {
		const char *text, *syscall;
		uint64_t flags, exit_signal;
		unsigned by;
	} rows[] = {
		{"CLONE_VM|SIGCHLD", NULL, CLONE_VM, SIGCHLD, CLONE_BY_EITHER},
		{" CLONE_VM , SIGUSR1 CLONE_FS", NULL, CLONE_VM | CLONE_FS, SIGUSR1, CLONE_BY_EITHER},
		{"SIGRT_3", NULL, 0, 35, CLONE_BY_EITHER},
		{"0", NULL, 0, 0, CLONE_BY_EITHER},
		{"0x1200011", NULL, CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID, SIGCHLD, CLONE_BY_EITHER},
		{"18874385", NULL, CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID, SIGCHLD, CLONE_BY_EITHER},
		{"CLONE_FS|0x400000", NULL, CLONE_FS | CLONE_DETACHED, 0, CLONE_BY_EITHER},
		{"CLONE_FS|0x400000 /* CLONE_??? */", NULL, CLONE_FS | CLONE_DETACHED, 0, CLONE_BY_EITHER},

		/* the low byte is a signal's number for clone, and for clone3 bits like others */
		{"0x80", NULL, CLONE_NEWTIME, 0, CLONE_BY_CLONE3},
		{"0x80", "clone", 0, 128, CLONE_BY_CLONE},
		{"0x11", "clone3", 0x11, 0, CLONE_BY_CLONE3},
		{"0x111", "clone", CLONE_VM, SIGCHLD, CLONE_BY_CLONE},
		{"0x100000100", NULL, CLONE_CLEAR_SIGHAND | CLONE_VM, 0, CLONE_BY_CLONE3},
		{"0x100000100", "clone", CLONE_VM, 0, CLONE_BY_CLONE},
		{"CLONE_CLEAR_SIGHAND", NULL, CLONE_CLEAR_SIGHAND, 0, CLONE_BY_CLONE3},

		/* lines */
		{"clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, "
		 "child_tidptr=0x7f0f77a16a10) = 2768",
		 NULL, CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID, SIGCHLD, CLONE_BY_CLONE},
		{"2707  clone3({flags=" POSIX_THREAD_NAMES ", child_tid=0x7fb34e7e7990, parent_tid=0x7fb34e7e7990, "
		 "exit_signal=0, stack=0x7fb34dfe7000, stack_size=0x7fff80, tls=0x7fb34e7e76c0} => "
		 "{parent_tid=[2720]}, "
		 "88) = 2720",
		 NULL, POSIX_THREAD, 0, CLONE_BY_CLONE3},
		{"clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0}, 64) = ? ERESTARTNOINTR", NULL, 0,
		 SIGCHLD, CLONE_BY_CLONE3},
		{"clone3({flags=0x3d0f00, exit_signal=0}, 88", NULL, POSIX_THREAD, 0, CLONE_BY_CLONE3},
		{"clone(child_stack=0x7f, flags=0x400000 /* CLONE_??? */) = 7", NULL, CLONE_DETACHED, 0,
		 CLONE_BY_CLONE},
		{"[12:13]   vfork() = 14", NULL, CLONE_VM | CLONE_VFORK, SIGCHLD, 0},
		{"fork()                                  = 14\n", NULL, 0, SIGCHLD, 0},
	};
	char why[256] = "";
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct explain_combination combination = {0};
		cr_expect(explain_read(&combination, rows[i].text, rows[i].syscall, why, sizeof why), "%s: %s",
			  rows[i].text, why);
		cr_expect(eq(u64, combination.creation.flags, rows[i].flags), "%s", rows[i].text);
		cr_expect(eq(u64, combination.creation.exit_signal, rows[i].exit_signal), "%s", rows[i].text);
		cr_expect(eq(uint, combination.by, rows[i].by), "%s", rows[i].text);
		free(combination.errors);
	}
}

Test(explain, says_what_is_wrong, .timeout = 20)
{
	static const struct {
		const char *text, *syscall, *why;
	} rows[] = {
		{"CLONE_VN", NULL, "'CLONE_VN': expected CLONE_ flags"},
		{"CLONE_VM|12z", NULL, "'12z': expected CLONE_ flags"},
		{"-1", NULL, "'-1': expected CLONE_ flags"},
		{"", NULL, "no flags: expected CLONE_ flags"},
		{"0x10000000000000000", NULL, "0x10000000000000000: expected a number of 64 bits"},
		{"SIGCHLD|SIGUSR1", NULL, "two exit signals: expected one at most"},
		{"CLONE_NEWTIME", "clone", "CLONE_NEWTIME: expected a flag of clone: only clone3 has this one"},
		{"clone3(0x7ffd, 88) = 1", NULL, "clone3(…) without flags=…: expected a line of strace that has them"},
		{"clone3({flags=0}, 88) = 1", "clone", "a line with clone3, and --syscall=clone: expected one of them"},
		{"fork() = 1\nfork() = 2", NULL, "several lines: expected one"},
		{"[12] fork() called from main", NULL, "a call of libc: expected the system call that it became"},
		{"clone3({flags=0, exit_signal=SIGNONE}, 88) = 1", NULL, "exit_signal=SIGNONE: expected a signal"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct explain_combination combination = {0};
		char why[256] = "";
		cr_expect(not(explain_read(&combination, rows[i].text, rows[i].syscall, why, sizeof why)), "%s",
			  rows[i].text);
		cr_expect(strncmp(why, rows[i].why, strlen(rows[i].why)) == 0, "%s: %s", rows[i].text, why);
	}
}

Test(explain, reads_what_became_of_it, .timeout = 20)
{
	struct explain_combination created = {0}, failed = {0}, unknown = {0};
	char why[256];

	cr_assert(explain_read(&created, "clone3({flags=0} => {parent_tid=[3]}, 88) = 3", NULL, why, sizeof why));
	cr_expect(eq(u64, created.created, 1));
	cr_assert(explain_read(&failed, "clone3({flags=0}, 88) = -1 ENOSYS (Function not implemented) (INJECTED)", NULL,
			       why, sizeof why));
	cr_expect(eq(u64, failed.created, 0));
	cr_expect(eq(u64, failed.injected, 1));
	cr_assert(eq(sz, failed.error_count, 1));
	cr_expect(eq(int, failed.errors[0].error, ENOSYS));
	cr_assert(explain_read(&unknown, "clone3({flags=0}, 88 <unfinished ...>", NULL, why, sizeof why));
	cr_expect(eq(u64, unknown.unreturned, 1));
	free(failed.errors);
}

Test(explain, tells_what_it_amounts_to, .timeout = 20)
{
	static const struct {
		const char *written, *amounts_to;
	} rows[] = {
		{POSIX_THREAD_NAMES, "a POSIX thread: all that pthread_create asks for"},
		{"0x7d0f00", "a POSIX thread: all that pthread_create asks for"}, /* musl's */
		{"CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SETTLS|CLONE_CHILD_CLEARTID",
		 "a thread"},
		{"CLONE_VM|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_CHILD_CLEARTID",
		 "a thread without its own TLS: it has the caller's errno and thread-local variables; not shared: "
		 "working "
		 "directory"},
		{"CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SETTLS",
		 "a thread; nobody is woken when it ends, so it cannot be joined"},
		{"SIGCHLD", "fork: a new process with a copy of all"},
		{"CLONE_FILES|CLONE_IO|SIGCHLD",
		 "fork: a new process with a copy of all, but shared: file descriptors, I/O context"},
		{"0", "fork: a new process with a copy of all; no signal when it ends, and wait(2) finds it with "
		      "__WCLONE or "
		      "__WALL only"},
		{"SIGUSR1",
		 "fork: a new process with a copy of all; SIGUSR1 when it ends, and wait(2) finds it with __WCLONE "
		 "or __WALL only"},
		{"200", "fork: a new process with a copy of all; no signal when it ends, and wait(2) finds it with "
			"__WCLONE or "
			"__WALL only"},
		{"CLONE_VFORK|SIGCHLD", "fork, and the caller waits until the child execs or exits"},
		{"vfork() = 3", "a vfork-style spawn: the child borrows the caller's memory until it execs or exits"},
		{"CLONE_VM|CLONE_VFORK|CLONE_CLEAR_SIGHAND|SIGCHLD",
		 "a vfork-style spawn: the child borrows the caller's memory until it execs or exits, and none of the "
		 "caller's signal handlers can run in it"},
		{"CLONE_VM|CLONE_FILES|SIGCHLD",
		 "a process that shares memory (no thread); also shared: file descriptors"},
		{"CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|SIGCHLD",
		 "a process that shares all that threads share (no thread: it has a pid of its own)"},
		{"clone(child_stack=NULL, flags=CLONE_VM|SIGCHLD) = 3",
		 "a process that shares memory (no thread); on the caller's own stack, which two running tasks will "
		 "spoil"},
		{"clone(child_stack=0x7f, flags=CLONE_VM|SIGCHLD) = 3", "a process that shares memory (no thread)"},
		{"CLONE_NEWPID|CLONE_NEWNS|SIGCHLD",
		 "container: new PID, mount namespaces; fork: a new process with a copy of all"},
		{"CLONE_NEWUTS|SIGCHLD", "new UTS namespace; fork: a new process with a copy of all"},
		{"CLONE_PARENT|SIGCHLD",
		 "fork: a new process with a copy of all; a sibling: the caller's parent is told when it ends"},
		{"CLONE_AUTOREAP",
		 "fork: a new process with a copy of all; nobody is told when it ends, and nobody has to wait"},
		{"CLONE_THREAD|SIGCHLD", "nothing: the kernel refuses it with EINVAL"},
		{"CLONE_NEWUSER|CLONE_FS", "nothing: the kernel refuses it with EINVAL"},
		{"clone3({flags=CLONE_DETACHED, exit_signal=0}, 88)", "nothing: the kernel refuses it with EINVAL"},

		/* refused by one of the two syscalls alone, or by kernels of old */
		{"CLONE_PIDFD|CLONE_PARENT_SETTID|SIGCHLD", "fork: a new process with a copy of all"},
		{"CLONE_NEWPID|CLONE_PARENT|SIGCHLD", "new PID namespace; fork: a new process with a copy of all; a "
						      "sibling: the caller's parent is told when it "
						      "ends"},

		/* a kernel that did it knows better */
		{"clone(child_stack=0x7f, flags=CLONE_SIGHAND|SIGCHLD) = 3",
		 "fork: a new process with a copy of all, but shared: signal handlers"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct explain_combination combination = {0};
		char why[256];
		cr_assert(explain_read(&combination, rows[i].written, NULL, why, sizeof why), "%s: %s", rows[i].written,
			  why);
		explain_amounts_to(rendered_begin(), &combination);
		expect_rendered(rows[i].amounts_to);
		free(combination.errors);
	}
}

Test(explain, does_not_know_what_was_not_observed, .timeout = 20)
{
	struct explain_combination combination = {.by = CLONE_BY_CLONE3, .creation = {.flags = CLONE_THREAD}};
	explain_amounts_to(rendered_begin(), &combination);
	expect_rendered("a new task: what it shares was not observed");
	cr_expect(explain_broken_rule(&combination, NULL) == NULL);
}

Test(explain, names_rules_and_where_they_hold, .timeout = 20)
{
	static const struct {
		const char *written, *rule, *scope;
	} rows[] = {
		{"CLONE_THREAD", "CLONE_THREAD needs CLONE_SIGHAND", ""},
		{"CLONE_NEWNS|CLONE_FS", "CLONE_NEWNS excludes CLONE_FS", ""},
		{"CLONE_PIDFD|CLONE_VM|CLONE_SIGHAND|CLONE_THREAD", "CLONE_PIDFD excludes CLONE_THREAD",
		 "from Linux 5.2 until 6.9"},
		{"CLONE_PIDFD|CLONE_PARENT_SETTID", "CLONE_PIDFD excludes CLONE_PARENT_SETTID", "clone only"},
		{"CLONE_PARENT|SIGCHLD", "CLONE_PARENT excludes an exit signal", "clone3 only"},
		{"CLONE_DETACHED", "CLONE_DETACHED is refused", "clone3 only"},
		{"0x8000000000000000", "a bit is no flag", "clone3 only"},
		{"clone3({flags=0, exit_signal=65}, 88)", "the exit signal does not exist", ""},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct explain_combination combination = {0};
		const struct clone_rule *rule;
		char why[256];
		cr_assert(explain_read(&combination, rows[i].written, NULL, why, sizeof why), "%s", why);
		rule = explain_broken_rule(&combination, NULL);
		cr_assert(rule != NULL, "%s", rows[i].written);
		explain_rule(rendered_begin(), rule);
		expect_rendered(rows[i].rule);
		explain_rule_scope(rendered_begin(), rule, combination.by);
		expect_rendered(rows[i].scope);
		cr_expect(explain_broken_rule(&combination, rule) == NULL, "%s", rows[i].written);
	}
}
