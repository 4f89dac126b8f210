/*
 * render_json_syscall.c: creation syscalls as objects of the json format. Runs on the hot path inside the traced program and in the
 * readers; calls only this folder.
 */
#include <sys/syscall.h>

#include "decode/creation.h"
#include "decode/names.h"
#include "decode/render.h"
#include "decode/render_json.h"

enum {
	CLONE_ARGS_KNOWN = 88, /* CLONE_ARGS_SIZE_VER2 */
	CLONE_ARGS_MAX = 4096, /* a page: the kernel refuses more, and no more was looked at */
	ERROR_MAX = 4095,      /* MAX_ERRNO: results from -4095 to -1 are errors */
};

/* As the kernel got them; fork and vfork are given none. */
static void
out_flags(struct out *out, const struct event_syscall *event)
{
	struct creation creation;
	bool has_flags = event->nr == SYS_clone || event->nr == SYS_clone3;

	if (!has_flags || !creation_of_syscall(&creation, event)) {
		json_member_null(out, "flags");
		json_member_null(out, "flags_value");
		json_member_null(out, "exit_signal");
		return;
	}
	render_json_clone_flags(out, creation.flags, event->nr == SYS_clone3);
	json_name(out, "exit_signal");
	render_json_signal(out, creation.exit_signal);
}

static void
out_registers(struct out *out, const struct event_syscall *event)
{
	json_name(out, "args");
	out_char(out, '[');
	for (unsigned i = 0; i < names_syscall_argument_count(event->nr); i++) {
		json_next(out);
		json_hex(out, event->args[i]);
	}
	out_char(out, ']');
}

static void
out_clone_args(struct out *out, const struct event_syscall *event)
{
	const struct clone3_args *args = &event->clone3;

	json_name(out, "clone_args");
	if (event->nr != SYS_clone3 || !event->memory_observed) {
		json_absent(out);
		return;
	}
	out_char(out, '{');
	json_member_hex(out, "flags", args->flags);
	json_member_pointer(out, "pidfd", args->pidfd);
	json_member_pointer(out, "child_tid", args->child_tid);
	json_member_pointer(out, "parent_tid", args->parent_tid);
	json_member_unsigned(out, "exit_signal", args->exit_signal);
	json_member_pointer(out, "stack", args->stack);
	json_member_unsigned(out, "stack_size", args->stack_size);
	json_member_pointer(out, "tls", args->tls);
	json_member_pointer(out, "set_tid", args->set_tid);
	json_member_unsigned(out, "set_tid_size", args->set_tid_size);
	json_member_unsigned(out, "cgroup", args->cgroup);
	out_char(out, '}');
}

/* What lies behind the 88 bytes that have names. */
static void
out_clone_args_tail(struct out *out, const struct event_syscall *event)
{
	uint64_t end = event->args[1] < CLONE_ARGS_MAX ? event->args[1] : CLONE_ARGS_MAX;

	json_name(out, "clone_args_tail");
	if (event->nr != SYS_clone3 || !event->memory_observed || end <= CLONE_ARGS_KNOWN)
		json_absent(out);
	else if (event->tail_fault)
		out_string(out, "{\"unreadable\":true}");
	else
		json_bytes(out, event->tail, event->tail_length, event->tail_length < end - CLONE_ARGS_KNOWN);
}

static void
out_set_tid_element(struct out *out, const void *list, uint64_t i)
{
	out_signed(out, ((const int32_t *)list)[i]);
}

static void
out_set_tid(struct out *out, const struct event_syscall *event)
{
	uint64_t count = event->clone3.set_tid_size;
	uint64_t kept = event->set_tid_observed ? count : event->set_tid_readable;

	json_name(out, "set_tid");
	if (event->nr != SYS_clone3 || (!event->set_tid_observed && !event->set_tid_fault))
		json_absent(out);
	else
		render_json_list(out, count, kept < EVENT_SET_TID_MAX ? kept : EVENT_SET_TID_MAX, out_set_tid_element,
				 event->set_tid);
}

static void
out_result(struct out *out, const struct event_syscall *event)
{
	bool is_error = event->returned && event->result < 0 && event->result >= -ERROR_MAX;

	json_optional_signed(out, "ret", event->returned, event->result);
	render_json_error(out, "error", is_error ? (int)-event->result : 0);
	json_member_boolean(out, "injected", event->injected);
}

static void
out_members(struct out *out, const struct event_syscall *event)
{
	json_member_word(out, "name", names_creation_syscall(event->nr));
	json_member_unsigned(out, "nr", event->nr);
	out_flags(out, event);
	out_registers(out, event);
	out_clone_args(out, event);
	out_clone_args_tail(out, event);
	out_set_tid(out, event);
	out_result(out, event);
	json_optional_signed(out, "pidfd", event->pidfd_observed, event->pidfd);
	json_member_unsigned(out, "start_ns", event->start_ns);
	json_optional_unsigned(out, "duration_ns", event->duration_observed, event->duration_ns);
	json_name(out, "site");
	render_json_location(out, &event->site);
	out_char(out, '}');
}

void
render_json_syscall(struct out *out, const struct event_syscall *event)
{
	out_char(out, '{');
	out_members(out, event);
}

void
render_json_lone_syscall(struct out *out, const struct event_syscall *event)
{
	render_json_opening(out, "syscall");
	json_optional_unsigned(out, "call", event->head.call_id, event->head.call_id);
	json_member_word(out, "helper_of", event->in_helper_thread ? libc_call_info(event->helper_of)->name : NULL);
	json_member_signed(out, "pid", event->head.pid);
	json_member_signed(out, "tid", event->head.tid);
	out_members(out, event);
}
