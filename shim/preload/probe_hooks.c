/* probe_hooks.c: what is observed at a site, and which call it belongs to; see probe_hooks.h. Hot path. */
#include "preload/probe_hooks.h"

#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>

#include "decode/creation.h"
#include "preload/clock.h"
#include "preload/dispatch.h"
#include "preload/helpers.h"
#include "preload/inject.h"
#include "preload/memory.h"
#include "preload/modules.h"
#include "preload/observe.h"
#include "preload/probe.h"
#include "preload/probe_patch.h"
#include "preload/sink.h"
#include "preload/stack.h"
#include "preload/task.h"
#include "preload/x86_64/syscall.h"

/* The window that the announced call will make its system call in. */
static void
open_announced(struct pending_syscall *pending, uint64_t stack)
{
	pending->call.window_missing = dispatch_announce(&pending->call.head, stack);
	if (pending->call.window_missing == NULL)
		return;
	call_end_unreturned(&pending->call);
	task_release_pending(pending);
}

void
probe_hooks_announce(const struct call_entry *entry, uint64_t stack)
{
	struct pending_syscall *pending = NULL;
	struct call_frame lone;

	probe_be_ready();
	task_identify(&lone.head);
	task_forget_announced(lone.head.tid, stack);
	if (probe_observes(entry->call))
		pending = task_claim_pending(lone.head.tid);
	if (pending == NULL) {
		call_announce(&lone, entry, stack);
		call_end_unreturned(&lone);
		return;
	}
	pending->is_announced = true;
	call_announce(&pending->call, entry, stack);
	atomic_store(&pending->stack, stack);
	if (probe_uses_windows())
		open_announced(pending, stack);
}

/* The entry of this syscall: the one that a call announced for this very stack pointer, or a new one. */
static struct pending_syscall *
open_pending(const struct event_head *head, uint64_t stack)
{
	struct pending_syscall *pending = task_find_pending(head->tid, stack);

	if (pending != NULL && pending->is_announced) {
		pending->frame = &pending->call;
		return pending;
	}
	if (pending != NULL)
		task_release_pending(pending); /* left by longjmp out of a handler that came in between the hooks */
	pending = task_claim_pending(head->tid);
	if (pending == NULL)
		return NULL;
	pending->is_announced = false;
	pending->frame = call_around(head->tid, stack);
	return pending;
}

/* A syscall outside any call may be a helper thread's; and the task that it makes may become one. */
static void
attribute_to_helper(struct pending_syscall *pending, uint64_t stack)
{
	struct event_syscall *event = &pending->event;

	event->in_helper_thread = false;
	pending->helper = NULL;
	for (const struct call_frame *frame = pending->frame; frame != NULL; frame = call_cause(frame))
		if (helpers_are_made_for(frame->call))
			pending->helper = helpers_add(&pending->observed, frame->call, frame->head.call_id);
	if (pending->frame == NULL && helpers_find(event->head.tid, stack, event) &&
	    helpers_make_helpers(event->helper_of))
		pending->helper = helpers_add(&pending->observed, event->helper_of, event->head.call_id);
}

static void
note_thread(const struct creation *creation, int32_t creator)
{
	if ((creation->flags & CLONE_SETTLS) != 0 && (creation->flags & CLONE_PARENT_SETTID) != 0)
		task_note_thread(creation->tls, creation->parent_tid, creator);
	else
		task_note_thread(0, 0, creator);
}

/* Returns whether another process will run in this memory. A request that cannot be read may be for one. */
static bool
expect_task(const struct event_syscall *event)
{
	struct creation creation;
	bool is_known = creation_of_syscall(&creation, event);
	bool is_thread = (creation.flags & CLONE_THREAD) != 0;
	bool is_guest = !is_known || (!is_thread && (creation.flags & CLONE_VM) != 0);

	if (is_thread)
		note_thread(&creation, event->head.tid);
	if (is_guest)
		task_expect_guest();
	return is_guest;
}

/* With CLONE_VFORK the caller goes on when the child has left this memory. One without stays, for all that is known. */
static void
take_leave_of_guest(const struct pending_syscall *pending)
{
	struct creation creation;

	if (pending->brings_guest && (pending->event.result <= 0 || (creation_of_syscall(&creation, &pending->event) &&
								     (creation.flags & CLONE_VFORK) != 0)))
		task_guest_left();
}

int64_t
probe_hooks_before(uint32_t site, const uint64_t *args, uint64_t stack)
{
	struct pending_syscall *pending;
	struct event_head head = {0};
	int error;

	task_identify(&head);
	dispatch_suspend(head.tid, stack);
	pending = open_pending(&head, stack);
	if (pending == NULL) {
		task_count_lost();
		return -inject_error((uint32_t)args[6], head.tid);
	}
	pending->event.nr = (uint32_t)args[6];
	pending->event.site.address = probe_patch_site(site)->address;
	memcpy(pending->event.args, args, sizeof(pending->event.args));
	observe_before(&pending->event, stack);
	pending->event.head = head;
	pending->event.head.call_id = pending->frame != NULL ? pending->frame->head.call_id : 0;
	pending->event.head.depth = call_depth(pending->frame);
	stack_observe(&pending->event, pending->frame, &pending->observed);
	attribute_to_helper(pending, stack);
	error = inject_error(pending->event.nr, head.tid);
	pending->event.injected = error != 0;
	pending->brings_guest = error == 0 && expect_task(&pending->event);
	atomic_store(&pending->stack, stack);
	pending->event.start_ns = clock_now_ns();
	return -error;
}

/* What the end of the call, and of the calls that it is a part of, will tell of the syscall. A call that makes several (clone3
   answers ENOSYS, clone follows) tells of the one that made the task. */
static void
report_to_calls(const struct pending_syscall *pending)
{
	struct creation creation;

	creation_of_syscall(&creation, &pending->event);
	for (struct call_frame *frame = pending->frame; frame != NULL; frame = call_cause(frame)) {
		frame->syscall_observed = true;
		if (pending->event.result <= 0)
			continue;
		frame->child = (int32_t)pending->event.result;
		frame->child_is_thread = (creation.flags & CLONE_THREAD) != 0;
		frame->child_stack = pending->observed;
		call_end_for_parent(frame);
	}
}

static void
complete(int32_t tid, uint64_t stack, int64_t result, uint64_t end_ns)
{
	struct pending_syscall *pending = task_find_pending(tid, stack);

	if (pending == NULL) {
		task_count_lost();
		return;
	}
	pending->event.returned = true;
	pending->event.result = result;
	pending->event.duration_observed = true;
	pending->event.duration_ns = end_ns - pending->event.start_ns;
	take_leave_of_guest(pending);
	observe_after(&pending->event, &pending->observed);
	if (sink_names_locations())
		modules_locate(pending->event.site.address, &pending->event.site);
	sink_syscall(&pending->event);
	helpers_confirm(pending->helper, result);
	report_to_calls(pending);
	if (pending->is_announced)
		call_end_unreturned(&pending->call);
	task_release_pending(pending);
}

void
probe_hooks_after(uint64_t stack, int64_t result)
{
	uint64_t end_ns = clock_now_ns();
	int32_t tid = task_tid();

	complete(tid, stack, result, end_ns);
	dispatch_resume(tid, stack);
}
