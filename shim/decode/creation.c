/* creation.c: the four ways of asking for a task, behind creation.h. Runs on the hot path; calls nothing. */
#include "decode/creation.h"

#include <linux/sched.h>
#include <signal.h>
#include <sys/syscall.h>

bool
creation_of_syscall(struct creation *creation, const struct event_syscall *event)
{
	*creation = (struct creation){0};
	switch (event->nr) {
	case SYS_fork:
		creation->exit_signal = SIGCHLD;
		return true;
	case SYS_vfork:
		creation->flags = CLONE_VFORK | CLONE_VM;
		creation->exit_signal = SIGCHLD;
		return true;
	case SYS_clone:
		/* The kernel looks at the lower half only: kernel/fork.c, lower_32_bits(clone_flags). */
		creation->flags = (uint32_t)event->args[0] & ~(uint32_t)CSIGNAL;
		creation->exit_signal = event->args[0] & CSIGNAL;
		creation->stack = event->args[1];
		creation->parent_tid = event->args[2];
		creation->tls = event->args[4];
		return true;
	case SYS_clone3:
		if (!event->memory_observed)
			return false;
		creation->flags = event->clone3.flags;
		creation->exit_signal = event->clone3.exit_signal;
		creation->stack = event->clone3.stack;
		creation->parent_tid = event->clone3.parent_tid;
		creation->tls = event->clone3.tls;
		creation->set_tid_size = event->clone3.set_tid_size;
		creation->cgroup = event->clone3.cgroup;
		return true;
	default:
		return false;
	}
}
