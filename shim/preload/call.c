/* call.c: see call.h. Hot path; emits through the sink. */
#include "preload/call.h"

#include <stddef.h>

#include "preload/clock.h"
#include "preload/details.h"
#include "preload/dispatch.h"
#include "preload/libc_identity.h"
#include "preload/memory.h"
#include "preload/modules.h"
#include "preload/probe.h"
#include "preload/real.h"
#include "preload/sink.h"
#include "preload/stack.h"
#include "preload/task.h"

uint32_t
call_depth(const struct call_frame *frame)
{
	return frame != NULL ? frame->head.depth + 1 : 0;
}

struct call_frame *
call_around(int32_t tid, uint64_t stack)
{
	struct call_frame *frame = task_frame(tid);

	return frame != NULL && task_is_on_stack(frame, stack) ? frame : NULL;
}

struct call_frame *
call_cause(const struct call_frame *frame)
{
	return frame->made_by_libc ? frame->outer : NULL;
}

/* A trace tells once what stands at an address; only what is shown at once has to be named at each event. */
static void
locate(uint64_t address, struct code_location *location)
{
	if (sink_names_locations())
		modules_locate(address, location);
	else
		*location = (struct code_location){.address = address};
}

/* Names the argument that is a start routine. */
static void
locate_start_routine(struct event_call_begin *event)
{
	const struct libc_call_info *info = libc_call_info(event->call);

	for (int i = 0; i < LIBC_CALL_MAX_ARGS && info->args[i].kind != ARG_NONE; i++)
		if (info->args[i].kind == ARG_CODE)
			locate(event->args[i], &event->start);
}

/* A function of its own: the details take room on the stack that calls without any do not need. */
static __attribute__((noinline)) void
emit_with_details(struct event_call_begin *event)
{
	struct call_details details;

	details_read(event->call, event->args, &details);
	event->details = &details;
	sink_call_begin(event);
}

static void
emit_begin(const struct call_frame *frame, const struct call_entry *entry, uint64_t stack)
{
	struct event_call_begin event = {.head = frame->head, .call = frame->call, .stack = frame->stack};

	if (!sink_wants_calls())
		return;
	event.time_ns = clock_now_ns();
	event.frame_address = stack;
	memcpy(event.args, entry->args, sizeof(event.args));
	event.left_earlier = frame->left_earlier;
	locate((uint64_t)entry->caller, &event.caller);
	locate_start_routine(&event);
	if (details_are_wanted(event.call))
		emit_with_details(&event);
	else
		sink_call_begin(&event);
}

/* A member at a time: zeroing all of a frame costs more than filling it. */
static void
open_frame(struct call_frame *frame, const struct call_entry *entry)
{
	frame->outer = NULL;
	frame->is_pushed = false;
	frame->owns_entry = false;
	frame->left_earlier = false;
	frame->made_by_libc = false;
	frame->call = entry->call;
	frame->begun_pid = 0;
	frame->begun_as_id = 0;
	frame->asked_for_shell = entry->call == CALL_SYSTEM && entry->args[0] == 0;
	frame->syscall_observed = false;
	frame->child_is_thread = false;
	frame->child = 0;
	frame->child_stack.origin = STACK_NOT_OBSERVED;
	task_identify(&frame->head);
	frame->head.call_id = task_next_call_id();
	stack_request_of(entry, &frame->stack);
}

static bool
can_create(enum libc_call call)
{
	enum creation_kind creation = libc_call_info(call)->creation;

	return creation == CREATES || creation == MAY_CREATE;
}

/* A call that creates nothing needs no frame to be found by: an exec in a child of vfork would leave its entry behind for ever. */
void
call_begin(struct call_frame *frame, const struct call_entry *entry)
{
	if (can_create(entry->call))
		probe_be_ready();
	open_frame(frame, entry);
	dispatch_enter(frame);
	if (can_create(entry->call))
		task_push_frame(frame);
	frame->head.depth = call_depth(frame->is_pushed ? frame->outer : call_around(frame->head.tid, (uint64_t)frame));
	frame->made_by_libc = frame->outer != NULL && libc_identity_holds((uint64_t)entry->caller);
	emit_begin(frame, entry, (uint64_t)frame);
	frame->start_ns = clock_now_ns();
	dispatch_begin(frame);
}

void
call_announce(struct call_frame *frame, const struct call_entry *entry, uint64_t stack)
{
	open_frame(frame, entry);
	frame->window = 0;
	frame->joins_window = false;
	frame->window_missing = NULL;
	frame->head.depth = call_depth(call_around(frame->head.tid, stack));
	emit_begin(frame, entry, stack);
	frame->start_ns = clock_now_ns();
}

/* Why no syscall stands under the call; NULL: none was to be expected. */
static const char *
why_not_observed(const struct call_frame *frame)
{
	switch (libc_call_info(frame->call)->creation) {
	case CREATES:
		return frame->window_missing != NULL && probe_uses_windows() ? frame->window_missing
									     : probe_not_observed_reason();
	case MAY_CREATE:
		return probe_is_installed() ? NULL : probe_not_observed_reason();
	default:
		return NULL;
	}
}

static void
emit_end(const struct call_frame *frame, struct event_call_end *event)
{
	event->head = frame->head;
	event->call = frame->call;
	event->asked_for_shell = frame->asked_for_shell;
	event->start_ns = frame->start_ns;
	event->begun_pid = frame->begun_pid;
	event->begun_as_id = frame->begun_as_id;
	event->syscall_observed = frame->syscall_observed;
	event->child = frame->child;
	event->child_is_thread = frame->child_is_thread;
	event->stack = frame->child_stack;
	if (!frame->syscall_observed)
		event->not_observed_reason = why_not_observed(frame);
	event->path_reason = probe_shows_paths() ? frame->window_missing : NULL;
	sink_call_end(event);
}

static bool
sets_errno(enum libc_call call, int64_t result)
{
	switch (libc_call_info(call)->result) {
	case RESULT_PID:
	case RESULT_INT:
		return result == -1;
	case RESULT_WAIT_STATUS:
		return (int32_t)result == -1;
	case RESULT_POINTER:
		return result == 0;
	default:
		return false;
	}
}

/* forkpty returns in the parent and in the child, daemon in the child alone. In the child the frame is a copy: it becomes the
   child's. Returns whether this is the child. */
static bool
moved_into_child(struct call_frame *frame)
{
	struct event_head now;

	if (frame->call != CALL_FORKPTY && frame->call != CALL_DAEMON)
		return false;
	task_identify(&now);
	if (now.tid == frame->head.tid)
		return false;
	dispatch_return_in_child(frame);
	task_inherit_frames(frame, &now);
	task_move_frame(frame, &now);
	frame->is_pushed = false;
	frame->syscall_observed = probe_is_installed(); /* by the parent, which has shown it */
	return true;
}

void
call_end(struct call_frame *frame, int64_t result)
{
	struct event_call_end event = {.result_observed = true, .duration_observed = true, .result = result};

	dispatch_leave(frame);
	event.duration_ns = clock_now_ns() - frame->start_ns;
	if (moved_into_child(frame) && frame->call == CALL_FORKPTY)
		return; /* the parent tells */
	task_pop_frame(frame);
	if (sink_wants_calls()) {
		if (sets_errno(frame->call, result))
			event.error = real_errno();
		emit_end(frame, &event);
	}
	dispatch_return(frame);
}

void
call_end_in_child(struct call_frame *frame)
{
	struct event_head child;

	task_enter_copy();
	dispatch_return_in_child(frame);
	task_identify(&child);
	task_inherit_frames(frame, &child);
	dispatch_go_on_in_child(frame);
}

static void
end_unreturned(struct call_frame *frame, struct event_call_end event)
{

	if (!sink_wants_calls())
		return;
	if (frame->syscall_observed) {
		event.duration_observed = true;
		event.duration_ns = clock_now_ns() - frame->start_ns;
	}
	emit_end(frame, &event);
}

void
call_end_unreturned(struct call_frame *frame)
{
	end_unreturned(frame, (struct event_call_end){.unreturned = UNRETURNED_UNSEEN});
}

void
call_end_for_parent(struct call_frame *frame)
{
	if (frame->call == CALL_DAEMON)
		end_unreturned(frame, (struct event_call_end){.unreturned = UNRETURNED_IN_CHILD});
}
