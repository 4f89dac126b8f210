/*
 * task_limits.h: how many tasks there are, and may be: of this user, and in the control groups that this process is in.
 */
#ifndef CLI_TASK_LIMITS_H
#define CLI_TASK_LIMITS_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

/* Threads of all processes with this real user id, as far as /proc shows them. */
uint64_t task_limits_count_of_user(uint32_t uid);

/* Threads on the whole machine, or in the container, from /proc/loadavg. False: not known. */
bool task_limits_count_all(uint64_t *count);

/* Whether RLIMIT_NPROC is not applied to us: setrlimit(2). */
bool task_limits_exempt_from_nproc(void);

/* One control group that limits how many tasks are in it. */
struct task_group {
	char path[PATH_MAX];
	uint64_t most, present; /* pids.max; pids.current */
};

/* Of the groups around this process, outermost last, the one that leaves the least room. False: none limits it. */
bool task_limits_tightest_group(struct task_group *group);

#endif
