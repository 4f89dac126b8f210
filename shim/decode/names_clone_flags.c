/*
 * names_clone_flags.c: the CLONE_ flags, their names and what each does. Pure data and a walk over it; safe on the hot path.
 *
 * Values from include/uapi/linux/sched.h, written out so that the table can be read without it; the unit tests compare them with
 * the headers at hand. Meanings after clone(2) and kernel/fork.c; each completes the sentence "the new task …".
 */
#include "decode/names.h"

#include <linux/sched.h>

const struct clone_flag clone_flags[] = {
	{0x00000100, "CLONE_VM", "shares the caller's memory", 0},
	{0x00000200, "CLONE_FS", "shares root, working directory and umask", 0},
	{0x00000400, "CLONE_FILES", "shares the table of file descriptors", 0},
	{0x00000800, "CLONE_SIGHAND", "shares the signal handlers", 0},
	{0x00001000, "CLONE_PIDFD", "is referred to by a pidfd that the caller gets", 0},
	{0x00002000, "CLONE_PTRACE", "is traced if the caller is", 0},
	{0x00004000, "CLONE_VFORK", "keeps the caller waiting until it execs or exits", 0},
	{0x00008000, "CLONE_PARENT", "has the caller's parent as its parent", 0},
	{0x00010000, "CLONE_THREAD", "is a thread of the caller's process", 0},
	{0x00020000, "CLONE_NEWNS", "gets a mount namespace of its own", 0},
	{0x00040000, "CLONE_SYSVSEM", "shares the undo lists of System V semaphores", 0},
	{0x00080000, "CLONE_SETTLS", "starts with the thread-local storage given as tls", 0},
	{0x00100000, "CLONE_PARENT_SETTID", "has its id stored at parent_tid, in the caller's memory", 0},
	{0x00200000, "CLONE_CHILD_CLEARTID", "zeroes child_tid and wakes a futex there when it ends", 0},
	{0x00800000, "CLONE_UNTRACED", "cannot be made traced by CLONE_PTRACE", 0},
	{0x01000000, "CLONE_CHILD_SETTID", "has its id stored at child_tid, in its own memory", 0},
	{0x02000000, "CLONE_NEWCGROUP", "gets a cgroup namespace of its own", 0},
	{0x04000000, "CLONE_NEWUTS", "gets a UTS namespace (host name) of its own", 0},
	{0x08000000, "CLONE_NEWIPC", "gets an IPC namespace of its own", 0},
	{0x10000000, "CLONE_NEWUSER", "gets a user namespace of its own", 0},
	{0x20000000, "CLONE_NEWPID", "is the first process of a new PID namespace", 0},
	{0x40000000, "CLONE_NEWNET", "gets a network namespace of its own", 0},
	{0x80000000, "CLONE_IO", "shares the I/O context (disk scheduling)", 0},
	{0x00000080, "CLONE_NEWTIME", "gets a time namespace of its own", 1},
	{0x100000000, "CLONE_CLEAR_SIGHAND", "starts with all handled signals reset to default", 1},
	{0x200000000, "CLONE_INTO_CGROUP", "starts in the cgroup that a descriptor refers to", 1},
	{0, "", "", 0},
};

void
names_out_clone_flags(struct out *out, uint64_t flags, bool clone3)
{
	uint64_t unnamed = flags;
	for (const struct clone_flag *flag = clone_flags; flag->value; flag++) {
		if (!(flags & flag->value) || (flag->only_clone3 && !clone3))
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
