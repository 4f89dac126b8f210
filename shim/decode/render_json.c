/*
 * render_json.c: processes, execs and libc calls as objects of the json format; the syscalls are in render_json_syscall.c.
 *
 * Runs on the hot path inside the traced program and in the readers; calls only this folder. Every member is always there, so
 * that a reader never has to ask, but those about paths, which are there where paths are asked for; what the members mean stands in include/cloneshim/event.schema.json.
 */
#include "decode/render_json.h"
#include "decode/names.h"
#include "decode/render.h"

enum {
	LIBC_MAX = 64,
	PROBE_MAX = 32,
	ARGV_ROOM = 1536, /* of a process event's line; the sites get what is left */
	LEFT_ALONE_ROOM = 768,
	BEHIND_SITES = LEFT_ALONE_ROOM + JSON_REASON_MAX + 48,
	PATH_REASON_MAX = 96,
	PATH_ROOM = PATH_REASON_MAX + 48,
};

void
render_json_opening(struct out *out, const char *type)
{
	out_string(out, "{\"schema\":1");
	json_member_word(out, "type", type);
}

static void
out_task(struct out *out, const struct event_head *head)
{
	json_member_signed(out, "pid", head->pid);
	json_member_signed(out, "tid", head->tid);
}

static void
out_call_identity(struct out *out, const struct event_head *head)
{
	json_member_unsigned(out, "id", head->call_id);
	out_task(out, head);
	json_member_unsigned(out, "depth", head->depth);
}

static void
out_site(struct out *out, const void *list, uint64_t i)
{
	const struct event_process *event = list;
	out_char(out, '{');
	json_member_word(out, "name", names_creation_syscall(event->sites[i].nr));
	json_optional_unsigned(out, "nr", event->sites[i].nr != EVENT_ANY_NR, event->sites[i].nr);
	json_name(out, "at");
	render_json_location(out, &event->sites[i].at);
	out_char(out, '}');
}

static void
out_left_alone_site(struct out *out, const void *list, uint64_t i)
{
	const struct left_alone *site = &((const struct event_process *)list)->left_alone[i];
	out_char(out, '{');
	json_member_word(out, "name", names_creation_syscall(site->nr));
	json_member_unsigned(out, "nr", site->nr);
	json_name(out, "at");
	render_json_location(out, &site->at);
	json_member_string(out, "why", site->why, JSON_REASON_MAX);
	out_char(out, '}');
}

static void
out_sites(struct out *out, const struct event_process *event)
{
	size_t left = out_left(out);
	size_t behind = BEHIND_SITES + (event->path_is_full || event->path_reason ? PATH_ROOM : 0);
	size_t limited = out_limit(out, left > behind ? left - behind : 0);
	json_name(out, "sites");
	render_json_list(out, event->site_count, EVENT_SITES_MAX, out_site, event);
	out_unlimit(out, limited);
}

static void
out_left_alone(struct out *out, const struct event_process *event)
{
	size_t limited = out_limit(out, LEFT_ALONE_ROOM);
	json_name(out, "left_alone");
	render_json_list(out, event->left_alone_count, EVENT_LEFT_ALONE_MAX, out_left_alone_site, event);
	out_unlimit(out, limited);
}

/* An object that was loaded later. */
static void
render_module(struct out *out, const struct event_process *event)
{
	render_json_opening(out, "module");
	out_task(out, &event->head);
	json_member_unsigned(out, "time_ns", event->time_ns);
	json_member_string(out, "path", event->exe, JSON_PATH_MAX);
	out_sites(out, event);
	out_left_alone(out, event);
	json_member_string(out, "reason", event->probe_reason, JSON_REASON_MAX);
	out_char(out, '}');
}

static void
out_process_argv(struct out *out, const struct event_process *event)
{
	size_t limited = out_limit(out, ARGV_ROOM);
	json_name(out, "argv");
	if (event->argv_observed)
		render_json_vector(out, event->argv, event->argv_count);
	else
		json_absent(out);
	out_unlimit(out, limited);
}

void
render_json_process(struct out *out, const struct event_process *event)
{
	static const struct event_process unknown;
	bool is_copy = event->kind == PROCESS_COPIED;
	const struct event_process *image = is_copy ? &unknown : event;

	if (event->kind == PROCESS_MODULE) {
		render_module(out, event);
		return;
	}
	render_json_opening(out, "process");
	out_task(out, &event->head);
	json_member_unsigned(out, "time_ns", event->time_ns);
	json_optional_signed(out, "copied_from", is_copy, event->copied_from);
	json_optional_signed(out, "ppid", !is_copy, image->ppid);
	json_member_string(out, "exe", image->exe, JSON_PATH_MAX);
	out_process_argv(out, image);
	json_member_string(out, "libc", image->libc, LIBC_MAX);
	json_member_string(out, "probe", image->probe, PROBE_MAX);
	json_member_string(out, "probe_reason", image->probe_reason, JSON_REASON_MAX);
	if (is_copy) {
		json_member_null(out, "sites");
		json_member_null(out, "left_alone");
	} else {
		out_sites(out, image);
		out_left_alone(out, image);
	}
	json_member_string(out, "inject", image->inject, JSON_REASON_MAX);
	if (image->path_is_full || image->path_reason) {
		json_member_word(out, "path", image->path_is_full ? "full" : "creation");
		json_member_string(out, "path_reason", image->path_reason, PATH_REASON_MAX);
	}
	out_char(out, '}');
}

void
render_json_exec_head(struct out *out, const struct event_call_begin *event)
{
	render_json_opening(out, "exec");
	out_call_identity(out, &event->head);
	json_member_unsigned(out, "time_ns", event->time_ns);
}

void
render_json_call_head(struct out *out, const struct event_call_end *event)
{
	render_json_opening(out, "call");
	out_call_identity(out, &event->head);
	json_member_unsigned(out, "start_ns", event->start_ns);
	json_optional_unsigned(out, "duration_ns", event->duration_observed, event->duration_ns);
}

/* All null where the program left it to libc. */
static void
out_stack_request(struct out *out, const struct stack_request *request)
{
	bool is_there = request->address_set && !request->top_only;
	out_char(out, '{');
	json_optional_hex(out, "address", is_there, request->address);
	json_optional_unsigned(out, "size", request->size_set, request->size);
	json_optional_unsigned(out, "guard", request->guard_set, request->guard);
	json_name(out, "top");
	json_pointer(out, request->top_only ? request->address : 0);
	json_member_boolean(out, "detached", request->detached);
	json_name(out, "policy");
	if (request->scheduling_set)
		render_json_policy(out, request->policy);
	else
		json_absent(out);
	json_optional_signed(out, "priority", request->scheduling_set, request->priority);
	json_optional_hex(out, "affinity", request->affinity_set, request->affinity);
	json_optional_boolean(out, "affinity_cut", request->affinity_set, request->affinity_cut);
	out_char(out, '}');
}

void
render_json_asked(struct out *out, const struct event_call_begin *event)
{
	/* Kept aside for the stack request: an argument vector takes all the room that it is given. */
	size_t behind = event->stack.kind == STACK_REQUEST_NONE ? sizeof ",\"stack_request\":null"
								: RENDER_JSON_STACK_REQUEST_MAX;
	size_t left = out_left(out);
	size_t limited = out_limit(out, left > behind ? left - behind : 0);

	json_member_word(out, "api", libc_call_info(event->call)->name);
	json_name(out, "caller");
	render_json_location(out, &event->caller);
	json_name(out, "args");
	render_json_arguments(out, event);
	out_unlimit(out, limited);
	json_name(out, "stack_request");
	if (event->stack.kind == STACK_REQUEST_NONE)
		json_absent(out);
	else
		out_stack_request(out, &event->stack);
}

size_t
render_json_asked_room(const struct event_call_begin *event)
{
	size_t sources = (event->caller.source != NULL) + (event->start.source != NULL) +
			 (event->details != NULL && event->details->sigevent.function.source != NULL);

	return RENDER_JSON_ASKED_MAX + sources * RENDER_JSON_SOURCE_MAX;
}

void
render_json_asked_unknown(struct out *out, enum libc_call call)
{
	json_member_word(out, "api", libc_call_info(call)->name);
	json_member_null(out, "caller");
	json_member_null(out, "args");
	json_member_null(out, "stack_request");
}

static void
out_outcome(struct out *out, const struct event_call_end *event)
{
	static const char unreturned[][16] = {
		[UNRETURNED_UNSEEN] = "not_observed",
		[UNRETURNED_IN_CHILD] = "in_child",
		[UNRETURNED_LEFT] = "unfinished",
	};
	json_member_word(out, "outcome", event->result_observed ? "returned" : unreturned[event->unreturned]);
}

static void
out_result(struct out *out, const struct event_call_end *event)
{
	json_name(out, "ret");
	if (!event->result_observed)
		json_absent(out);
	else if (libc_call_info(event->call)->result == RESULT_POINTER)
		json_hex(out, (uint64_t)event->result);
	else
		out_signed(out, event->result);
}

void
render_json_error(struct out *out, const char *name, int error)
{
	const char *error_name = names_errno(error);
	json_name(out, name);
	if (error_name)
		json_word(out, error_name);
	else if (error)
		out_signed(out, error);
	else
		json_absent(out);
}

/* Some calls return the error and leave errno alone. */
static int
error_of(const struct event_call_end *event)
{
	bool is_result = libc_call_info(event->call)->result == RESULT_ERRNO_VALUE;
	return !event->result_observed ? 0 : is_result ? (int)event->result : event->error;
}

static void
out_stack(struct out *out, const struct event_call_end *event)
{
	static const char origins[][8] = {
		[STACK_LIBC] = "libc", [STACK_USER] = "user", [STACK_SHARED] = "parent", [STACK_COPY] = "copy"};
	const struct stack_actual *stack = &event->stack;
	bool is_own = stack->origin == STACK_LIBC || stack->origin == STACK_USER;

	json_name(out, "stack");
	if (!event->child) {
		json_absent(out);
		return;
	}
	out_char(out, '{');
	json_optional_hex(out, "base", is_own && stack->base_known, stack->base);
	json_optional_unsigned(out, "size", is_own && stack->base_known, stack->size);
	json_optional_hex(out, "top", is_own, stack->top);
	json_optional_unsigned(out, "guard", is_own && stack->guard_known, stack->guard);
	json_member_word(out, "origin", stack->origin == STACK_NOT_OBSERVED ? NULL : origins[stack->origin]);
	out_char(out, '}');
}

static void
out_begun_in(struct out *out, const struct event_call_end *event)
{
	json_name(out, "begun_in");
	if (!event->begun_pid) {
		json_absent(out);
		return;
	}
	out_char(out, '{');
	json_member_signed(out, "pid", event->begun_pid);
	json_member_unsigned(out, "id", event->begun_as_id);
	out_char(out, '}');
}

void
render_json_answered(struct out *out, const struct event_call_end *event, int64_t syscalls_apart)
{
	const char *reason = event->syscall_observed ? NULL : event->not_observed_reason;

	out_outcome(out, event);
	out_result(out, event);
	render_json_error(out, "errno", error_of(event));
	json_optional_signed(out, "child", event->child, event->child);
	out_stack(out, event);
	out_begun_in(out, event);
	/* They share the room. */
	json_member_string(out, "not_observed", reason, JSON_REASON_MAX - (event->path_reason ? PATH_ROOM : 0));
	if (event->path_reason)
		json_member_string(out, "path_not_observed", event->path_reason, PATH_REASON_MAX);
	json_optional_signed(out, "syscalls_apart", syscalls_apart >= 0, syscalls_apart);
	json_name(out, "syscalls");
	out_char(out, '[');
}
