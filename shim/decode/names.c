/*
 * names.c: the small tables behind names.h: scheduling policies, spawn flags, notifications and creation syscalls. Clone flags,
 * signals and errno values have files of their own. Pure data and searches; safe on the hot path.
 */
#include "decode/names.h"

#include <linux/sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>

static const char sched_policies[][16] = {
	[SCHED_NORMAL] = "SCHED_OTHER", /* the name that POSIX and sched(7) give it */
	[SCHED_FIFO] = "SCHED_FIFO",         [SCHED_RR] = "SCHED_RR",
	[SCHED_BATCH] = "SCHED_BATCH",       [SCHED_IDLE] = "SCHED_IDLE",
	[SCHED_DEADLINE] = "SCHED_DEADLINE",
};

static const struct {
	uint32_t nr;
	char name[8];
	uint32_t argument_count;
} creation_syscalls[] = {
	{SYS_clone, "clone", 5},
	{SYS_clone3, "clone3", 2},
	{SYS_fork, "fork", 0},
	{SYS_vfork, "vfork", 0},
};

static const char sigevents[][16] = {
	[SIGEV_SIGNAL] = "SIGEV_SIGNAL",
	[SIGEV_NONE] = "SIGEV_NONE",
	[SIGEV_THREAD] = "SIGEV_THREAD",
	[SIGEV_THREAD_ID] = "SIGEV_THREAD_ID",
};

const struct spawn_flag spawn_flags[] = {
	{POSIX_SPAWN_RESETIDS, "RESETIDS"},
	{POSIX_SPAWN_SETPGROUP, "SETPGROUP"},
	{POSIX_SPAWN_SETSIGDEF, "SETSIGDEF"},
	{POSIX_SPAWN_SETSIGMASK, "SETSIGMASK"},
	{POSIX_SPAWN_SETSCHEDPARAM, "SETSCHEDPARAM"},
	{POSIX_SPAWN_SETSCHEDULER, "SETSCHEDULER"},
	{POSIX_SPAWN_USEVFORK, "USEVFORK"},
	{POSIX_SPAWN_SETSID, "SETSID"},
	{0x100, "SETCGROUP"}, /* glibc 2.39 */
	{0, ""},
};

const char *
names_sched_policy(int policy)
{
	if (policy < 0 || (size_t)policy >= sizeof sched_policies / sizeof *sched_policies || !*sched_policies[policy])
		return NULL;
	return sched_policies[policy];
}

const char *
names_sigevent(int notify)
{
	if (notify < 0 || (size_t)notify >= sizeof sigevents / sizeof *sigevents || !*sigevents[notify])
		return NULL;
	return sigevents[notify];
}

const char *
names_creation_syscall(uint32_t nr)
{
	for (size_t i = 0; i < sizeof creation_syscalls / sizeof *creation_syscalls; i++) {
		if (creation_syscalls[i].nr == nr)
			return creation_syscalls[i].name;
	}
	return NULL;
}

unsigned
names_syscall_argument_count(uint32_t nr)
{
	for (size_t i = 0; i < sizeof creation_syscalls / sizeof *creation_syscalls; i++) {
		if (creation_syscalls[i].nr == nr)
			return creation_syscalls[i].argument_count;
	}
	return 6;
}
