/* dispatch.c: see dispatch.h: the calls that windows are opened for. Hot path after dispatch_init(). */
#include "preload/dispatch.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

#include "decode/names.h"
#include "preload/window.h"
#include "preload/x86_64/syscall.h"

static enum dispatch_use used;
static bool path_is_shown;

int
dispatch_init(enum dispatch_use use, bool shows_path, struct out *reason)
{
	int64_t error = syscall6(__NR_prctl, WINDOW_DISPATCH, WINDOW_DISPATCH_OFF, 0, 0, 0, 0);
	const char *name = names_errno((int)-error);

	if (error < 0) {
		out_string(reason, error == -EINVAL ? "the kernel has no Syscall User Dispatch (Linux 5.11)"
						    : "Syscall User Dispatch is not permitted here (prctl): ");
		out_string(reason, error == -EINVAL ? NULL : name);
		return (int)error;
	}
	if (!window_init()) {
		out_string(reason, "the shim's own text was not found");
		return -ENOENT;
	}
	sigsys_init(dispatch_trap, dispatch_restorer);
	path_is_shown = shows_path;
	used = use;
	return 0;
}

enum dispatch_use
dispatch_used(void)
{
	return used;
}

bool
dispatch_shows_path(void)
{
	return path_is_shown;
}

void
dispatch_enter(struct call_frame *frame)
{
	struct window *window;

	frame->window = 0;
	frame->joins_window = false;
	frame->window_missing = NULL;
	if (used == DISPATCH_UNUSED)
		return;
	window = window_in_state(frame->head.tid, WINDOW_ARMED);
	if (window == NULL)
		return;
	window_disarm();
	if (!window_is_around(window, (uint64_t)frame)) {
		sigsys_change_mask(SIG_SETMASK, window_close(window), NULL);
		return;
	}
	atomic_store(&window->state, WINDOW_PAUSED);
	frame->window = window->head.call_id;
	frame->joins_window = true;
}

static void
go_on(struct window *window)
{
	atomic_store(&window->state, WINDOW_ARMED);
	if (!window_arm())
		sigsys_change_mask(SIG_SETMASK, window_close(window), NULL);
}

/* clone(2) is one system call, and nothing of ours is left for its child. Where its site is patched, no window is needed. */
static bool
needs_window(const struct call_frame *frame)
{
	return frame->is_pushed && (frame->call != CALL_CLONE || used == DISPATCH_CREATIONS);
}

void
dispatch_begin(struct call_frame *frame)
{
	struct window *window;

	if (frame->window != 0) {
		window = window_of_frame(frame);
		if (window != NULL)
			go_on(window);
	} else if (used != DISPATCH_UNUSED && needs_window(frame)) {
		frame->window_missing = window_open(&frame->head, (uint64_t)frame, frame->call == CALL_CLONE);
		if (frame->window_missing == NULL)
			frame->window = frame->head.call_id;
	}
}

void
dispatch_leave(struct call_frame *frame)
{
	struct window *window;

	if (frame->window == 0)
		return;
	window = window_of_frame(frame);
	if (window == NULL || atomic_load(&window->state) != WINDOW_ARMED) {
		if (frame->call != CALL_CLONE)
			frame->window_missing = "it was left on the way";
		return;
	}
	window_disarm();
	if (frame->joins_window)
		atomic_store(&window->state, WINDOW_PAUSED);
	else
		sigsys_change_mask(SIG_SETMASK, window_close(window), NULL);
}

void
dispatch_return(struct call_frame *frame)
{
	struct window *window = frame->joins_window ? window_of_frame(frame) : NULL;

	if (window != NULL && atomic_load(&window->state) == WINDOW_PAUSED)
		go_on(window);
}

void
dispatch_return_in_child(const struct call_frame *frame)
{
	if (frame->window != 0)
		sigsys_settle_in_child();
}

/* A fork in the midst of a call that has a window: an atfork handler's. The child goes on with that call, in a window of its own. */
void
dispatch_go_on_in_child(const struct call_frame *frame)
{
	struct call_frame *owner = frame->outer;

	if (!frame->joins_window)
		return;
	while (owner != NULL && owner->joins_window)
		owner = owner->outer;
	if (owner == NULL || window_open(&owner->head, (uint64_t)owner, false) != NULL)
		return;
	for (struct call_frame *inside = frame->outer;; inside = inside->outer) {
		inside->window = owner->head.call_id;
		inside->window_missing = NULL;
		if (inside == owner)
			return;
	}
}

/* libc may call such a function inside a call that has a window. */
const char *
dispatch_announce(const struct event_head *head, uint64_t stack)
{
	struct window *window = window_in_state(head->tid, WINDOW_ARMED);

	if (window != NULL && window_is_around(window, stack))
		return NULL;
	return window_open(head, stack, true);
}

/* The program's mask, for the new task to get, and for the program's handlers meanwhile. */
void
dispatch_suspend(int32_t tid, uint64_t stack)
{
	struct window *window = used != DISPATCH_UNUSED ? window_in_state(tid, WINDOW_ARMED) : NULL;

	if (window == NULL)
		return;
	window_disarm();
	if (window->is_for_one || !window_is_around(window, stack)) {
		sigsys_change_mask(SIG_SETMASK, window_close(window), NULL);
		return;
	}
	window_enter_syscall(window, stack);
	sigsys_change_mask(SIG_SETMASK, window->mask, NULL);
	if (window->has_kept)
		sigsys_requeue(&window->kept);
	window->has_kept = false;
}

void
dispatch_resume(int32_t tid, uint64_t stack)
{
	struct window *window = used != DISPATCH_UNUSED ? window_in_syscall(tid, stack) : NULL;

	if (window != NULL)
		window_arm_again(window);
}
