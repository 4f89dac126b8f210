/*
 * names.c: the small tables behind names.h: scheduling policies and creation syscalls. Flags, signals and errno values have
 * files of their own. Pure data and searches; safe on the hot path.
 */
#include "decode/names.h"

#include <linux/sched.h>
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
	uint8_t arguments;
} creation_syscalls[] = {
	{SYS_clone, "clone", 5},
	{SYS_clone3, "clone3", 2},
	{SYS_fork, "fork", 0},
	{SYS_vfork, "vfork", 0},
};

const char *
names_sched_policy(int policy)
{
	if (policy < 0 || (size_t)policy >= sizeof sched_policies / sizeof *sched_policies || !*sched_policies[policy])
		return NULL;
	return sched_policies[policy];
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
names_creation_arguments(uint32_t nr)
{
	for (size_t i = 0; i < sizeof creation_syscalls / sizeof *creation_syscalls; i++) {
		if (creation_syscalls[i].nr == nr)
			return creation_syscalls[i].arguments;
	}
	return 0;
}
