/* doctor_limits.c: what makes clone(2), fork(2) and pthread_create(3) fail with EAGAIN or ENOMEM; see doctor.h. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cli/doctor.h"
#include "cli/kernel_file.h"
#include "cli/task_limits.h"

#define FEW 32 /* so little room is worth a word */

/* `present` of at most `most` tasks. */
static enum finding_state
state_of(uint64_t present, uint64_t most)
{
	return most > present && most - present >= FEW ? FINDING_FINE : FINDING_PROBLEM;
}

static void
examine_processes_of_user(struct findings *findings)
{
	uint64_t present = task_limits_count_of_user(getuid());
	struct rlimit limit;

	if (getrlimit(RLIMIT_NPROC, &limit) != 0)
		findings_add(findings, FINDING_UNKNOWN, "RLIMIT_NPROC", NULL, "getrlimit: %s", strerror(errno));
	else if (limit.rlim_cur == RLIM_INFINITY)
		findings_add(findings, FINDING_FINE, "RLIMIT_NPROC", NULL, "no limit; this user has %" PRIu64 " tasks",
			     present);
	else if (task_limits_exempt_from_nproc())
		findings_add(findings, FINDING_FINE, "RLIMIT_NPROC", NULL,
			     "%" PRIu64 ", not applied to root, CAP_SYS_RESOURCE or CAP_SYS_ADMIN; this user has "
			     "%" PRIu64 " tasks",
			     (uint64_t)limit.rlim_cur, present);
	else
		findings_add(findings, state_of(present, limit.rlim_cur), "RLIMIT_NPROC",
			     state_of(present, limit.rlim_cur) == FINDING_FINE
				     ? NULL
				     : "creations fail with EAGAIN beyond it: raise it with ulimit -u",
			     "%" PRIu64 " tasks of this user at once; there are %" PRIu64, (uint64_t)limit.rlim_cur,
			     present);
}

static void
examine_groups(struct findings *findings)
{
	struct task_group group;

	if (!task_limits_tightest_group(&group))
		findings_add(findings, FINDING_FINE, "pids cgroup", NULL,
			     "no control group that can be seen here limits the number of tasks");
	else
		findings_add(findings, state_of(group.present, group.most), "pids cgroup",
			     state_of(group.present, group.most) == FINDING_FINE
				     ? NULL
				     : "creations fail with EAGAIN beyond it: raise pids.max (docker run --pids-limit, "
				       "systemd TasksMax=)",
			     "pids.max of %s is %" PRIu64 "; there are %" PRIu64, group.path, group.most,
			     group.present);
}

static void
examine_tasks_of_kernel(struct findings *findings, const char *subject, const char *path, const char *advice)
{
	uint64_t most, present;

	if (!kernel_file_number(path, &most))
		findings_add(findings, FINDING_UNKNOWN, subject, NULL, "%s cannot be read", path);
	else if (!task_limits_count_all(&present))
		findings_add(findings, FINDING_FINE, subject, NULL, "%" PRIu64, most);
	else
		findings_add(findings, state_of(present, most), subject,
			     state_of(present, most) == FINDING_FINE ? NULL : advice,
			     "%" PRIu64 " tasks on the whole machine; there are %" PRIu64, most, present);
}

/* A stack and its guard are two mappings, since their protections differ: mmap(2), mprotect(2). */
static void
examine_mappings(struct findings *findings)
{
	uint64_t most;

	if (!kernel_file_number("/proc/sys/vm/max_map_count", &most))
		findings_add(findings, FINDING_UNKNOWN, "vm.max_map_count", NULL, "cannot be read");
	else
		findings_add(findings, most >= 65530 ? FINDING_FINE : FINDING_NOTE, "vm.max_map_count",
			     most >= 65530 ? NULL
					   : "raise it with sysctl vm.max_map_count for programs of many threads",
			     "%" PRIu64 " mappings a process; a thread's stack with its guard takes 2, so about "
			     "%" PRIu64 " threads",
			     most, most / 2);
}

static void
examine_overcommit(struct findings *findings)
{
	static const char *const modes[] = {
		"0: a single request that is obviously too large is refused",
		"1: memory is never refused",
		"2: memory beyond CommitLimit is refused, stacks of threads included",
	};
	char most[64] = "?", present[64] = "?";
	uint64_t mode;

	if (!kernel_file_number("/proc/sys/vm/overcommit_memory", &mode) || mode > 2) {
		findings_add(findings, FINDING_UNKNOWN, "vm.overcommit_memory", NULL, "cannot be read");
		return;
	}
	kernel_file_field("/proc/meminfo", "CommitLimit:", most, sizeof(most));
	kernel_file_field("/proc/meminfo", "Committed_AS:", present, sizeof(present));
	if (mode == 2)
		findings_add(findings, FINDING_NOTE, "vm.overcommit_memory",
			     "creations may fail with EAGAIN or ENOMEM: ask for smaller stacks "
			     "(pthread_attr_setstacksize, ulimit -s)",
			     "%s; CommitLimit %s, in use %s", modes[mode], most, present);
	else
		findings_add(findings, FINDING_FINE, "vm.overcommit_memory", NULL, "%s", modes[mode]);
}

static void
examine_address_space(struct findings *findings)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_AS, &limit) != 0)
		findings_add(findings, FINDING_UNKNOWN, "RLIMIT_AS", NULL, "getrlimit: %s", strerror(errno));
	else if (limit.rlim_cur == RLIM_INFINITY)
		findings_add(findings, FINDING_FINE, "RLIMIT_AS", NULL, "no limit");
	else
		findings_add(findings, FINDING_NOTE, "RLIMIT_AS",
			     "pthread_create fails with EAGAIN when a stack finds no room: raise it with ulimit -v",
			     "%" PRIu64 " KiB of address space a process", (uint64_t)limit.rlim_cur / 1024);
}

/* pthread_create(3): the soft limit at the program's start, or 2 MiB on x86-64 where there is none. musl takes 128 KiB. */
static void
examine_stack(struct findings *findings)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_STACK, &limit) != 0)
		findings_add(findings, FINDING_UNKNOWN, "RLIMIT_STACK", NULL, "getrlimit: %s", strerror(errno));
	else if (limit.rlim_cur == RLIM_INFINITY)
		findings_add(findings, FINDING_FINE, "RLIMIT_STACK", NULL,
			     "no limit; glibc gives a thread 2 MiB of stack then");
	else
		findings_add(findings, FINDING_FINE, "RLIMIT_STACK", NULL,
			     "%" PRIu64 " KiB, which glibc also takes for a thread's stack",
			     (uint64_t)limit.rlim_cur / 1024);
}

void
doctor_limits(struct findings *findings)
{
	findings_group(findings, "Limits, beyond which creations fail");
	examine_processes_of_user(findings);
	examine_groups(findings);
	examine_tasks_of_kernel(findings, "kernel.threads-max", "/proc/sys/kernel/threads-max",
				"creations fail with EAGAIN beyond it: raise it with sysctl kernel.threads-max");
	examine_tasks_of_kernel(findings, "kernel.pid_max", "/proc/sys/kernel/pid_max",
				"creations fail with EAGAIN beyond it: raise it with sysctl kernel.pid_max");
	examine_mappings(findings);
	examine_overcommit(findings);
	examine_address_space(findings);
	examine_stack(findings);
}
