/* helpers.c: see helpers.h. Hot path; calls nothing. */
#include "preload/helpers.h"

#include <stdatomic.h>
#include <stddef.h>

#include "preload/task.h"

bool
helpers_are_made_for(enum libc_call call)
{
	return libc_call_info(call)->creation == MAY_CREATE && call != CALL_WORDEXP;
}

/* With SIGEV_THREAD a helper waits and starts a thread for each notification; the others share out work. */
bool
helpers_make_helpers(enum libc_call call)
{
	return helpers_are_made_for(call) && call != CALL_TIMER_CREATE && call != CALL_MQ_NOTIFY;
}

struct helper *
helpers_add(const struct stack_actual *stack, enum libc_call call, uint64_t call_id)
{
	struct helper *helper = task_next_helper();

	atomic_store(&helper->tid, 0);
	helper->call = call;
	helper->call_id = call_id;
	helper->stack = stack->base_known ? stack->base : 0;
	helper->stack_end = stack->top;
	atomic_store_explicit(&helper->tid, HELPER_STARTING, memory_order_release);
	return helper;
}

void
helpers_confirm(struct helper *helper, int64_t result)
{
	if (helper != NULL)
		atomic_store_explicit(&helper->tid, result > 0 ? (int32_t)result : 0, memory_order_release);
}

static bool
is_helper(const struct helper *helper, int32_t tid, uint64_t stack)
{
	int32_t known = atomic_load_explicit(&helper->tid, memory_order_acquire);

	return (known == tid || known == HELPER_STARTING) && stack >= helper->stack && stack <= helper->stack_end;
}

bool
helpers_find(int32_t tid, uint64_t stack, struct event_syscall *event)
{
	const struct helper *helpers = task_helpers();

	for (size_t i = 0; i < HELPERS_MAX; i++) {
		const struct helper *helper = &helpers[i];

		if (!is_helper(helper, tid, stack))
			continue;
		event->in_helper_thread = true;
		event->helper_of = helper->call;
		event->head.call_id = helper->call_id;
		return true;
	}
	return false;
}
