/* dispatch_trapped.c: what becomes of a system call that was trapped in a window, and of a SIGSYS that is none; see dispatch.h. Hot path. */
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

#include "decode/names.h"
#include "preload/clock.h"
#include "preload/dispatch.h"
#include "preload/memory.h"
#include "preload/modules.h"
#include "preload/observe_path.h"
#include "preload/probe_patch.h"
#include "preload/sink.h"
#include "preload/window.h"
#include "preload/x86_64/syscall.h"

static int32_t
current_tid(void)
{
	return (int32_t)syscall0(__NR_gettid);
}

static void
tell(struct window *window)
{
	if (!dispatch_shows_path())
		return;
	if (sink_names_locations())
		modules_locate(window->event.site.address, &window->event.site);
	sink_path_syscall(&window->event);
}

/* Begins the event. */
static void
observe(struct window *window, const struct trapped_syscall *trapped)
{
	struct event_path_syscall *event = &window->event;
	int32_t tid = atomic_load(&window->tid);
	struct call_frame *frame = call_around(tid, trapped->stack);

	event->head = frame != NULL ? frame->head : window->head;
	event->head.depth++;
	event->nr = trapped->nr;
	event->returned = false;
	event->duration_observed = false;
	event->site.address = trapped->site;
	memcpy(event->args, trapped->args, sizeof(event->args));
	observe_path_before(event);
	event->start_ns = clock_now_ns();
}

static void
complete(struct window *window, int64_t result)
{
	struct event_path_syscall *event = &window->event;

	event->duration_ns = clock_now_ns() - event->start_ns;
	event->duration_observed = true;
	event->returned = true;
	event->result = result;
	observe_path_after(event);
	tell(window);
}

/* sigaction(2) of SIGSYS, as the kernel would: kernel/signal.c, rt_sigaction. */
static int64_t
change_program_action(const uint64_t *args)
{
	struct sigsys_action old = sigsys_program_action();

	if (args[3] != sizeof(uint64_t))
		return -EINVAL;
	if ((args[1] != 0 && !memory_readable(args[1], sizeof(old))) ||
	    (args[2] != 0 && !memory_readable(args[2], sizeof(old))))
		return -EFAULT;
	if (args[1] != 0)
		sigsys_set_program_action((const struct sigsys_action *)args[1]);
	if (args[2] != 0)
		memcpy((void *)args[2], &old, sizeof(old));
	return 0;
}

static struct trapped_fate
answer(struct window *window, const struct trapped_syscall *trapped, uint64_t mask)
{
	struct trapped_fate fate = {.kind = TRAPPED_ANSWERED, .mask = mask};

	observe(window, trapped);
	fate.result = change_program_action(trapped->args);
	complete(window, fate.result);
	if (!window_arm())
		fate.mask = window_close(window);
	return fate;
}

/* The task ends by it, or does without us: it is made as if we were not there. */
static bool
is_last(const struct trapped_syscall *trapped)
{
	return trapped->nr == __NR_exit || trapped->nr == __NR_exit_group ||
	       (trapped->nr == __NR_prctl && trapped->args[0] == WINDOW_DISPATCH);
}

static struct trapped_fate
make_in_place(struct window *window)
{
	return (struct trapped_fate){.kind = TRAPPED_IN_PLACE, .mask = window_close(window)};
}

/* Not armed any more. */
static struct trapped_fate
decide(struct window *window, const struct trapped_syscall *trapped, uint64_t mask)
{
	if (is_last(trapped)) {
		observe(window, trapped);
		tell(window);
		return make_in_place(window);
	}
	if (trapped->nr == __NR_rt_sigaction && (int32_t)trapped->args[0] == SIGSYS)
		return answer(window, trapped, mask);
	observe(window, trapped);
	window_enter_syscall(window, trapped->stack);
	if (window->has_kept)
		sigsys_requeue(&window->kept); /* our handler has it blocked */
	window->has_kept = false;
	return (struct trapped_fate){.kind = TRAPPED_TO_STUB, .mask = window->mask};
}

struct trapped_fate
dispatch_trapped(const struct trapped_syscall *trapped, uint64_t mask)
{
	struct window *window = window_in_state(current_tid(), WINDOW_ARMED);

	if (window != NULL && window_is_around(window, trapped->stack) && names_creation_syscall(trapped->nr) != NULL) {
		uint64_t stub = probe_patch_lend_stub(trapped->site, trapped->nr);

		if (stub != 0)
			return (struct trapped_fate){.kind = TRAPPED_TO_CREATION_STUB, .stub = stub, .mask = mask};
	}
	window_disarm();
	if (window == NULL)
		return (struct trapped_fate){.kind = TRAPPED_IN_PLACE, .mask = mask};
	if (!window_is_around(window, trapped->stack) || names_creation_syscall(trapped->nr) != NULL)
		return make_in_place(window);
	return decide(window, trapped, mask);
}

void
dispatch_give_up(uint64_t *mask)
{
	struct window *window = window_in_state(current_tid(), WINDOW_ARMED);

	window_disarm();
	if (window != NULL)
		*mask = window_close(window);
}

uint64_t
dispatch_hand_on(siginfo_t *information, void *context, uint64_t mask)
{
	struct window *window = window_in_state(current_tid(), WINDOW_ARMED);
	uint64_t armed_mask = mask;

	if (window == NULL) {
		sigsys_hand_on(information, context, &mask);
		return mask;
	}
	if ((window->mask & SIGNAL_BIT(SIGSYS)) != 0) {
		window->kept = *information;
		window->has_kept = true;
		return mask;
	}
	window_disarm();
	window->syscall_stack = 0;
	atomic_store(&window->state, WINDOW_IN_SYSCALL);
	sigsys_hand_on(information, context, &window->mask);
	atomic_store(&window->state, WINDOW_ARMED);
	return window_arm() ? armed_mask : window_close(window);
}

void
dispatch_syscall_after(uint64_t stack, int64_t result)
{
	struct window *window = window_in_syscall(current_tid(), stack);

	if (window == NULL)
		return; /* in a copy, where a handler forked during the system call and returned in the child */
	complete(window, result);
	window_arm_again(window);
}
