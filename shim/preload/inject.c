/* inject.c: see inject.h. Hot path; calls nothing. */
#include "preload/inject.h"

#include "preload/task.h"

static struct inject_rules active;
static bool is_active;

void
inject_init(const struct inject_rules *rules)
{
	active = *rules;
	for (unsigned i = 0; i < INJECT_SYSCALLS; i++)
		is_active |= active.rules[i].error != 0;
}

int
inject_error(uint32_t nr, int32_t tid)
{
	if (is_active)
		for (unsigned i = 0; i < INJECT_SYSCALLS; i++)
			if (inject_syscalls[i] == nr)
				return inject_strikes(&active.rules[i], task_count_syscall(tid, i))
					       ? active.rules[i].error
					       : 0;
	return 0;
}
