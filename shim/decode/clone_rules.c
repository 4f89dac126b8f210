/*
 * clone_rules.c: the table behind clone_rules.h. Pure data and a look at it; safe on the hot path.
 *
 * From copy_process(), kernel_clone(), clone3_args_valid() and copy_clone_args_from_user() in kernel/fork.c, copy_namespaces() in
 * kernel/nsproxy.c, and clone(2), ERRORS. Where the manual and the kernel differ (CLONE_PARENT in a new namespace, commits 40a0d32d1eaf
 * and 1f7f4dde5c94), the kernel counts: a unit test tries all pairs of flags on the kernel that is there.
 *
 * Not here is what depends on who asks: a permission, a PID namespace that was entered by setns(2), an init process; and that clone
 * with a signal that does not exist is refused by kernels of 2026 and later, updates of older ones included.
 */
#include "decode/clone_rules.h"

#include <linux/sched.h>

#include "decode/names.h"

/* Newer than many a header. */
#define AUTOREAP 0x400000000
#define NNP 0x800000000
#define PIDFD_AUTOKILL 0x1000000000
#define EMPTY_MNTNS 0x2000000000

enum { SIGNAL_LAST = 64 };

/* clang-format off: a rule is two lines. */
const struct clone_rule clone_rules[] = {
	/* copy_process() */
	{CLONE_THREAD, CLONE_SIGHAND, CLONE_NEEDS, CLONE_BY_EITHER, "2.5.35", "",
	 "the threads of a process have one table of signal handlers"},
	{CLONE_SIGHAND, CLONE_VM, CLONE_NEEDS, CLONE_BY_EITHER, "2.6.0", "",
	 "a handler is an address, which means something in one memory only"},
	{CLONE_NEWNS, CLONE_FS, CLONE_EXCLUDES, CLONE_BY_EITHER, "", "",
	 "a root directory belongs to one mount namespace and cannot be shared with another"},
	{CLONE_NEWUSER, CLONE_FS, CLONE_EXCLUDES, CLONE_BY_EITHER, "3.9", "",
	 "whoever has capabilities in there could change the caller's root directory"},
	{CLONE_NEWUSER, CLONE_THREAD, CLONE_EXCLUDES, CLONE_BY_EITHER, "", "",
	 "the threads of a process are in one user namespace"},
	{CLONE_NEWPID, CLONE_THREAD, CLONE_EXCLUDES, CLONE_BY_EITHER, "", "", "the threads of a process have one pid"},
	{CLONE_NEWUSER, CLONE_PARENT, CLONE_EXCLUDES, CLONE_BY_EITHER, "3.12", "3.13", "a check that was too strict"},
	{CLONE_NEWPID, CLONE_PARENT, CLONE_EXCLUDES, CLONE_BY_EITHER, "3.12", "3.13", "a check that was too strict"},
	{CLONE_PIDFD, CLONE_DETACHED, CLONE_EXCLUDES, CLONE_BY_CLONE, "5.2", "",
	 "the bit is kept for a later use with pidfds"},
	{CLONE_PIDFD, CLONE_THREAD, CLONE_EXCLUDES, CLONE_BY_EITHER, "5.2", "6.9",
	 "a pidfd could refer to whole processes only"},
	{AUTOREAP, CLONE_THREAD, CLONE_EXCLUDES, CLONE_BY_CLONE3, "7.1", "", "a thread is never waited for"},
	{AUTOREAP, CLONE_PARENT, CLONE_EXCLUDES, CLONE_BY_CLONE3, "7.1", "",
	 "it is not the caller's child that would go away"},
	{AUTOREAP, 0, CLONE_NO_SIGNAL, CLONE_BY_CLONE3, "7.1", "", "nobody is told of its end"},
	{NNP, CLONE_THREAD, CLONE_EXCLUDES, CLONE_BY_CLONE3, "7.1", "", "a thread has what its process has"},
	{PIDFD_AUTOKILL, CLONE_PIDFD, CLONE_NEEDS, CLONE_BY_CLONE3, "7.1", "", "there is no pidfd to close without it"},
	{PIDFD_AUTOKILL, AUTOREAP, CLONE_NEEDS, CLONE_BY_CLONE3, "7.1", "",
	 "whoever closes the pidfd will not wait for it"},
	{PIDFD_AUTOKILL, CLONE_THREAD, CLONE_EXCLUDES, CLONE_BY_CLONE3, "7.1", "", "a thread is not killed alone"},

	/* kernel_clone(), where EMPTY_MNTNS becomes NEWNS as well */
	{EMPTY_MNTNS, CLONE_FS, CLONE_EXCLUDES, CLONE_BY_CLONE3, "7.1", "",
	 "a root directory belongs to one mount namespace and cannot be shared with another"},
	{CLONE_PIDFD, CLONE_PARENT_SETTID, CLONE_EXCLUDES, CLONE_BY_CLONE, "5.2", "",
	 "clone would store both the pidfd and the id where parent_tid points"},

	/* copy_namespaces() */
	{CLONE_NEWIPC, CLONE_SYSVSEM, CLONE_EXCLUDES, CLONE_BY_EITHER, "", "",
	 "the semaphores to undo are in the namespace that is left"},

	/* clone3_args_valid(), copy_clone_args_from_user() */
	{CLONE_CLEAR_SIGHAND, CLONE_SIGHAND, CLONE_EXCLUDES, CLONE_BY_CLONE3, "5.5", "",
	 "to reset shared handlers would reset the caller's"},
	{CLONE_DETACHED, 0, CLONE_REFUSED, CLONE_BY_CLONE3, "5.3", "", "clone3 keeps the bit for a later use"},
	{CLONE_NEWTIME, 0, CLONE_REFUSED, CLONE_BY_CLONE3, "5.6", "6.3",
	 "clone3 took the bit for one of an exit signal; unshare(2) has always taken the flag"},
	{CLONE_THREAD, 0, CLONE_NO_SIGNAL, CLONE_BY_CLONE3, "5.3", "",
	 "a thread sends no signal when it ends; clone ignores one"},
	{CLONE_PARENT, 0, CLONE_NO_SIGNAL, CLONE_BY_CLONE3, "5.3", "",
	 "a sibling sends the signal that the caller itself sends at its end; clone ignores one"},
	{0, 0, CLONE_KNOWN_FLAGS, CLONE_BY_CLONE3, "5.3", "",
	 "clone3 refuses bits that it does not know; clone ignores them"},
	{0, 0, CLONE_KNOWN_SIGNAL, CLONE_BY_CLONE3, "5.3", "", "there is no such signal"},

	{0, 0, CLONE_NEEDS, 0, "", "", ""},
};
/* clang-format on */

uint64_t
clone_flags_unknown(uint64_t flags)
{
	for (const struct clone_flag *flag = clone_flags; flag->value; flag++)
		flags &= ~flag->value;
	return flags;
}

bool
clone_rule_is_broken(const struct clone_rule *rule, const struct creation *creation, unsigned by)
{
	uint64_t flags = creation->flags;
	if (!(rule->by & by))
		return false;
	switch (rule->relation) {
	case CLONE_NEEDS:
		return flags & rule->flag && !(flags & rule->other);
	case CLONE_EXCLUDES:
		return flags & rule->flag && flags & rule->other;
	case CLONE_NO_SIGNAL:
		return flags & rule->flag && creation->exit_signal;
	case CLONE_REFUSED:
		return flags & rule->flag;
	case CLONE_KNOWN_FLAGS:
		return clone_flags_unknown(flags);
	case CLONE_KNOWN_SIGNAL:
		return creation->exit_signal > SIGNAL_LAST;
	}
	return false;
}
