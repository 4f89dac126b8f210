/*
 * clone_rules_kernel.c: the rules held against the kernel that is there: every pair of flags is asked for, by clone and by clone3, with
 * and without an exit signal. What it cannot try, for want of a privilege, it says.
 */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "decode/clone_rules.h"
#include "decode/names.h"

/* 6.18 is 6018. */
static int
version(const char *text)
{
	char *end;
	int major = (int)strtol(text, &end, 10);
	return major * 1000 + (*end == '.' ? (int)strtol(end + 1, NULL, 10) : 0);
}

struct attempt {
	uint64_t flags, exit_signal;
	long result; /* negative errno */
};

/* Makes the system call. What it creates ends at once and touches no memory: it may share our stack. */
static long
try_clone(long nr, long a, long b, long c, long d, long e)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	long result;
	__asm__ volatile("syscall\n\t"
			 "test %%rax, %%rax\n\t"
			 "jnz 1f\n\t"
			 "xor %%edi, %%edi\n\t"
			 "mov %[exit], %%eax\n\t"
			 "syscall\n"
			 "1:"
			 : "=a"(result)
			 : "0"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), [exit] "i"(SYS_exit)
			 : "rcx", "r11", "memory");
	return result;
}

static void
try(struct attempt *attempt, unsigned by)
{
	static int pidfd, parent_tid, child_tid;
	struct clone_args args = {
		.flags = attempt->flags,
		.exit_signal = attempt->exit_signal,
		.pidfd = (uint64_t)(uintptr_t)&pidfd,
		.parent_tid = (uint64_t)(uintptr_t)&parent_tid,
		.child_tid = (uint64_t)(uintptr_t)&child_tid,
	};
	pidfd = -1;
	if (by == CLONE_BY_CLONE)
		attempt->result = try_clone(SYS_clone, (long)(attempt->flags | attempt->exit_signal), 0,
					    (long)&parent_tid, (long)&child_tid, 0);
	else
		attempt->result = try_clone(SYS_clone3, (long)&args, sizeof args, 0, 0, 0);
	if (by == CLONE_BY_CLONE3 && attempt->flags & CLONE_PIDFD && attempt->result > 0)
		close(pidfd);
	/* A thread, and a sibling, are nobody to wait for. */
	while (attempt->result > 0 && waitpid(-1, NULL, __WALL) > 0)
		continue;
}

enum { ATTEMPTS_MAX = 8192 };

/* What a flag needs, and what that needs, so that an attempt gets as far as to what is excluded. */
static uint64_t
with_needs(uint64_t flags)
{
	for (uint64_t before = 0; before != flags;) {
		before = flags;
		for (const struct clone_rule *rule = clone_rules; rule->by; rule++)
			if (rule->relation == CLONE_NEEDS && flags & rule->flag)
				flags |= rule->other;
	}
	return flags;
}

/* Every pair of flags that this kernel has, as it is and with what it needs. */
static size_t
fill_attempts(struct attempt *attempts, unsigned by, int kernel)
{
	size_t count = 0;
	for (const struct clone_flag *a = clone_flags; a->value; a++) {
		for (const struct clone_flag *b = a; b->value; b++) {
			uint64_t pair = a->value | b->value;
			bool lacks = version(a->since) > kernel || version(b->since) > kernel ||
				     (by == CLONE_BY_CLONE && (a->only_clone3 || b->only_clone3));
			for (int i = 0; i < 4 && !lacks; i++) {
				uint64_t flags = i & 1 ? with_needs(pair) : pair;
				if (i & 1 && flags == pair)
					continue;
				if (count == ATTEMPTS_MAX)
					cr_fatal("more than %d attempts", ATTEMPTS_MAX);
				attempts[count++] = (struct attempt){flags, i & 2 ? SIGCHLD : 0, 0};
			}
		}
	}
	return count;
}

/* In a process with one thread, that nothing of ours waits in. */
static void
try_all(struct attempt *attempts, size_t count, unsigned by)
{
	pid_t child = fork();
	int status;
	cr_assert(child >= 0);
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (size_t i = 0; i < count; i++)
			try(&attempts[i], by);
		_exit(0);
	}
	cr_assert(waitpid(child, &status, 0) == child);
	cr_assert(eq(int, status, 0));
	while (waitpid(-1, NULL, __WALL) > 0) /* children with CLONE_PARENT are ours */
		continue;
}

/* Whether the kernel's answer is to be expected: 1 EINVAL, 0 another, -1 either. */
static int
expects_refusal(const struct attempt *attempt, unsigned by, int kernel)
{
	struct creation creation = {.flags = attempt->flags, .exit_signal = attempt->exit_signal};
	int expected = 0;
	for (const struct clone_rule *rule = clone_rules; rule->by; rule++) {
		bool has = version(rule->since) <= kernel && (!rule->until[0] || version(rule->until) > kernel);
		if (!has || !clone_rule_is_broken(rule, &creation, by))
			continue;
		/* A rule that was dropped may have been dropped in updates of older kernels, too. */
		if (!rule->until[0])
			return 1;
		expected = -1;
	}
	return expected;
}

static void
hold_against_kernel(unsigned by)
{
	size_t size = ATTEMPTS_MAX * sizeof(struct attempt), count, untried = 0, refused = 0;
	struct attempt *attempts = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct utsname name;
	cr_assert(attempts != MAP_FAILED && uname(&name) == 0);
	count = fill_attempts(attempts, by, version(name.release));
	try_all(attempts, count, by);
	for (size_t i = 0; i < count; i++) {
		int expected = expects_refusal(&attempts[i], by, version(name.release));
		/* Without the privilege the kernel may refuse before it looks at the rest; a sandbox may refuse it all. */
		if (attempts[i].result == -EPERM || attempts[i].result == -ENOSYS) {
			untried++;
			continue;
		}
		refused += attempts[i].result == -EINVAL;
		/* An assertion that holds is reported, too: hundreds of them are a burden to the runner. */
		if (expected >= 0 && (attempts[i].result == -EINVAL) != expected)
			cr_fail("flags %#lx, exit signal %lu: the kernel answers %ld, the rules say %s",
				attempts[i].flags, attempts[i].exit_signal, attempts[i].result,
				expected ? "EINVAL" : "no EINVAL");
	}
	munmap(attempts, size);
	if (untried > 0)
		fprintf(stderr, "clone_rules: %zu of %zu combinations were not tried: EPERM or ENOSYS\n", untried,
			count);
	if (untried == count)
		cr_skip_test("no creation is allowed here");
	cr_expect(gt(sz, refused, (size_t)0));
}

Test(clone_rules_kernel, agrees_on_every_pair_of_flags, .timeout = 120)
{
	hold_against_kernel(CLONE_BY_CLONE);
	hold_against_kernel(CLONE_BY_CLONE3);
}
