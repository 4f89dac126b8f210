/*
 * names_clone_flags.c: the CLONE_ flags, their names and what each does. Pure data and a walk over it; safe on the hot path.
 *
 * Values from include/uapi/linux/sched.h, written out so that the table can be read without it; the unit tests compare them with
 * the headers at hand. Meanings after clone(2) and kernel/fork.c; each completes the sentence "the new task …". First versions after
 * clone(2), the last four after the kernel's own header. What a flag needs and excludes stands in clone_rules.c.
 */
#include "decode/names.h"

#include <linux/sched.h>

/* clang-format off: a flag is two lines. */
const struct clone_flag clone_flags[] = {
	{0x00000100, "CLONE_VM", "2.0", false, false, "shares the caller's memory",
	 "what one of them writes or maps, the other sees; without the flag the memory is copied"},
	{0x00000200, "CLONE_FS", "2.0", false, false, "shares root, working directory and umask",
	 "chdir, chroot and umask in one hold for the other; without the flag they are copied"},
	{0x00000400, "CLONE_FILES", "2.0", false, false, "shares the table of file descriptors",
	 "what one of them opens or closes is open or closed for both; without the flag it is copied"},
	{0x00000800, "CLONE_SIGHAND", "2.0", false, false, "shares the signal handlers",
	 "sigaction in one holds for the other; which signals are blocked stays each one's own"},
	{0x00001000, "CLONE_PIDFD", "5.2", false, false, "is referred to by a pidfd that the caller gets",
	 "clone stores it where parent_tid points, clone3 where pidfd does; it is closed on exec"},
	{0x00002000, "CLONE_PTRACE", "2.2", false, false, "is traced if the caller is",
	 "by the same tracer, ptrace(2)"},
	{0x00004000, "CLONE_VFORK", "2.2", false, false, "keeps the caller waiting until it execs or exits",
	 "it may borrow the caller's memory and even its stack meanwhile, vfork(2)"},
	{0x00008000, "CLONE_PARENT", "2.3.12", false, false, "has the caller's parent as its parent",
	 "it is a sibling of the caller, who cannot wait for it; an init process may not use the flag"},
	{0x00010000, "CLONE_THREAD", "2.4", false, false, "is a thread of the caller's process",
	 "the same pid, nothing to wait for, no signal at its end; an exec ends all threads but one"},
	{0x00020000, "CLONE_NEWNS", "2.4.19", false, false, "gets a mount namespace of its own",
	 "it starts with a copy of the caller's mounts, mount_namespaces(7); needs CAP_SYS_ADMIN"},
	{0x00040000, "CLONE_SYSVSEM", "2.5.10", false, false, "shares the undo lists of System V semaphores",
	 "what was done with SEM_UNDO is undone when the last task that shares them ends, semop(2)"},
	{0x00080000, "CLONE_SETTLS", "2.5.32", false, false, "starts with the thread-local storage given as tls",
	 "on x86-64 the base of the register fs; errno and all _Thread_local variables lie there"},
	{0x00100000, "CLONE_PARENT_SETTID", "2.5.49", false, false,
	 "has its id stored at parent_tid, in the caller's memory",
	 "before the call returns; this is how libc learns the id of a thread"},
	{0x00200000, "CLONE_CHILD_CLEARTID", "2.5.49", false, false,
	 "zeroes child_tid and wakes a futex there when it ends",
	 "pthread_join waits for this; in a copy of the memory nobody would see it"},
	{0x00800000, "CLONE_UNTRACED", "2.5.46", false, false, "cannot be made traced by CLONE_PTRACE",
	 "the caller's tracer is not told of it either, ptrace(2)"},
	{0x01000000, "CLONE_CHILD_SETTID", "2.5.49", false, false, "has its id stored at child_tid, in its own memory",
	 "before it runs; glibc's fork corrects the copied thread descriptor by this"},
	{0x02000000, "CLONE_NEWCGROUP", "4.6", false, false, "gets a cgroup namespace of its own",
	 "its cgroup is the root of what it sees, cgroup_namespaces(7); needs CAP_SYS_ADMIN"},
	{0x04000000, "CLONE_NEWUTS", "2.6.19", false, false, "gets a UTS namespace (host name) of its own",
	 "it starts with the caller's host name, uts_namespaces(7); needs CAP_SYS_ADMIN"},
	{0x08000000, "CLONE_NEWIPC", "2.6.19", false, false, "gets an IPC namespace of its own",
	 "System V IPC and POSIX message queues start empty, ipc_namespaces(7); needs CAP_SYS_ADMIN"},
	{0x10000000, "CLONE_NEWUSER", "3.8", false, false, "gets a user namespace of its own",
	 "it has all capabilities in there, and needs none to ask for it, user_namespaces(7)"},
	{0x20000000, "CLONE_NEWPID", "2.6.24", false, false, "is the first process of a new PID namespace",
	 "it is pid 1 in there, and when it ends all others are killed; needs CAP_SYS_ADMIN"},
	{0x40000000, "CLONE_NEWNET", "2.6.24", false, false, "gets a network namespace of its own",
	 "with a loopback device that is down, and nothing else; needs CAP_SYS_ADMIN"},
	{0x80000000, "CLONE_IO", "2.6.25", false, false, "shares the I/O context (disk scheduling)",
	 "the disk scheduler treats both as one"},
	{0x00000080, "CLONE_NEWTIME", "5.6", true, false, "gets a time namespace of its own",
	 "with boot and monotonic clocks that can be set off, time_namespaces(7); needs CAP_SYS_ADMIN"},
	{0x100000000, "CLONE_CLEAR_SIGHAND", "5.5", true, false, "starts with all handled signals reset to default",
	 "so no handler of the caller can run in it; ignored signals stay ignored"},
	{0x200000000, "CLONE_INTO_CGROUP", "5.7", true, false, "starts in the cgroup that a descriptor refers to",
	 "the member cgroup is a descriptor of a version 2 cgroup, cgroups(7)"},
	{0x00400000, "CLONE_DETACHED", "2.5", false, true, "does not differ by it",
	 "the bit has had no meaning since Linux 2.6.2; musl's pthread_create still sets it"},
	{0x400000000, "CLONE_AUTOREAP", "7.1", true, true, "is reaped by itself when it ends",
	 "nobody has to wait for it, and nobody is signalled"},
	{0x800000000, "CLONE_NNP", "7.1", true, true, "starts with no_new_privs set",
	 "no exec gives it or its children more privileges, PR_SET_NO_NEW_PRIVS(2const)"},
	{0x1000000000, "CLONE_PIDFD_AUTOKILL", "7.1", true, true, "is killed when the pidfd from this call is closed",
	 "when its last copy is; needs CLONE_NNP or CAP_SYS_ADMIN"},
	{0x2000000000, "CLONE_EMPTY_MNTNS", "7.1", true, true, "gets a mount namespace with an empty root alone",
	 "implies CLONE_NEWNS; needs CAP_SYS_ADMIN"},
	{0, "", "", false, false, "", ""},
};
/* clang-format on */

/* strace 6.1 does not know the later ones, and what only clone3 takes does not exist for clone. */
bool
names_shows_clone_flag(const struct clone_flag *flag, bool clone3)
{
	return !flag->unnamed && (clone3 || !flag->only_clone3);
}

const struct clone_namespace clone_namespaces[] = {
	{CLONE_NEWUSER, "user"},     {CLONE_NEWPID, "PID"},   {CLONE_NEWNS, "mount"},
	{CLONE_NEWNET, "network"},   {CLONE_NEWUTS, "UTS"},   {CLONE_NEWIPC, "IPC"},
	{CLONE_NEWCGROUP, "cgroup"}, {CLONE_NEWTIME, "time"}, {0, ""},
};

void
names_out_clone_flags(struct out *out, uint64_t flags, bool clone3)
{
	uint64_t unnamed = flags;
	for (const struct clone_flag *flag = clone_flags; flag->value; flag++) {
		if (!(flags & flag->value) || !names_shows_clone_flag(flag, clone3))
			continue;
		if (unnamed != flags)
			out_char(out, '|');
		out_string(out, flag->name);
		unnamed &= ~flag->value;
	}
	if (!flags) {
		out_char(out, '0');
	} else if (unnamed == flags) {
		/* strace explains a number only where it stands alone. */
		out_hex(out, unnamed);
		out_string(out, " /* CLONE_??? */");
	} else if (unnamed) {
		out_char(out, '|');
		out_hex(out, unnamed);
	}
}

void
names_out_clone_argument(struct out *out, uint64_t argument)
{
	uint64_t flags = argument & ~(uint64_t)CSIGNAL;
	uint64_t exit_signal = argument & CSIGNAL;
	if (flags)
		names_out_clone_flags(out, flags, false);
	if (flags && exit_signal)
		out_char(out, '|');
	if (exit_signal || !flags)
		names_out_signal(out, exit_signal);
}
