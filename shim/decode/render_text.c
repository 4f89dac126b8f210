/*
 * render_text.c: events in the text format, for people; one line an event.
 *
 * Runs on the hot path inside the traced program and in the readers; calls only this folder. What the flags of a syscall mean
 * is told in render_meaning.c, the syscall itself in render_strace.c.
 */
#include <sys/wait.h>

#include "decode/names.h"
#include "decode/render.h"
#include "decode/render_text.h"
#include "decode/strings.h"

/* threads.h of glibc and of musl agree on these. */
static const char thrd_results[][16] = {"thrd_success", "thrd_busy", "thrd_error", "thrd_nomem", "thrd_timedout"};

/* "vfork", "clone in _Fork": the syscall, and the function that makes it where that has a name of its own. */
static void
out_site(struct out *out, uint32_t nr, const char *function)
{
	const char *name = nr == EVENT_ANY_NR ? "any" : names_creation_syscall(nr);
	out_string(out, name ? name : "syscall ");
	if (!name)
		out_unsigned(out, nr);
	if (function && !(name && string_equal(name, function))) {
		out_string(out, " in ");
		out_escaped(out, function);
	}
}

static void
out_sites(struct out *out, const struct event_process *event)
{
	out_string(out, ": ");
	out_unsigned(out, event->site_count);
	out_string(out, event->site_count == 1 ? " site (" : " sites (");
	for (uint32_t i = 0; i < event->site_count && i < EVENT_SITES_MAX; i++) {
		out_string(out, i ? ", " : "");
		out_site(out, event->sites[i].nr, event->sites[i].at.symbol);
	}
	out_string(out, event->site_count > EVENT_SITES_MAX ? ", …)" : ")");
}

static void
out_left_alone(struct out *out, const struct event_process *event)
{
	out_string(out, "; ");
	out_unsigned(out, event->left_alone_count);
	out_string(out, " left alone (");
	for (uint32_t i = 0; i < event->left_alone_count && i < EVENT_LEFT_ALONE_MAX; i++) {
		out_string(out, i ? ", " : "");
		out_string(out, names_creation_syscall(event->left_alone[i].nr));
		out_string(out, " at ");
		render_text_location(out, &event->left_alone[i].at);
		out_string(out, ": ");
		out_escaped(out, event->left_alone[i].why);
	}
	out_string(out, event->left_alone_count > EVENT_LEFT_ALONE_MAX ? ", …)" : ")");
}

void
render_text_process(struct out *out, const struct event_process *event)
{
	render_text_tag(out, &event->head, 0);
	if (event->kind == PROCESS_COPIED) {
		out_string(out, "process: a copy of ");
		out_signed(out, event->copied_from);
		return;
	}
	out_string(out, event->kind == PROCESS_MODULE ? "module: " : "process: ");
	if (event->exe) {
		render_text_base_name(out, event->exe);
		out_string(out, " (");
		out_escaped(out, event->exe);
		out_char(out, ')');
	} else {
		out_string(out, "program not observed");
	}
	if (event->kind == PROCESS_LOADED) {
		out_string(out, ", ");
		out_escaped(out, event->libc ? event->libc : "libc not observed");
		out_string(out, ", probe ");
		out_escaped(out, event->probe ? event->probe : "not known");
	}
	if (event->site_count)
		out_sites(out, event);
	if (event->left_alone_count)
		out_left_alone(out, event);
	if (event->probe_reason) {
		out_string(out, event->site_count ? "; " : ": ");
		out_escaped(out, event->probe_reason);
	}
	if (event->path_is_full)
		out_string(out, "; path full");
	if (event->path_reason) {
		out_string(out, "; path creation: ");
		out_escaped(out, event->path_reason);
	}
	if (event->inject) {
		out_string(out, "; inject ");
		out_escaped(out, event->inject);
	}
}

/* "0-1,4" */
static void
out_processors(struct out *out, const struct stack_request *request)
{
	bool any = false;
	for (unsigned first = 0; first < 64; first++) {
		unsigned last = first;
		if (!(request->affinity >> first & 1))
			continue;
		while (last < 63 && request->affinity >> (last + 1) & 1)
			last++;
		out_string(out, any ? "," : "");
		out_unsigned(out, first);
		if (last > first) {
			out_char(out, '-');
			out_unsigned(out, last);
		}
		any = true;
		first = last;
	}
	if (request->affinity_cut)
		out_string(out, any ? " and above 63" : "above 63");
	else if (!any)
		out_string(out, "none");
}

static void
out_guard(struct out *out, uint64_t bytes)
{
	if (bytes) {
		out_string(out, ", guard ");
		out_size(out, bytes);
	} else {
		out_string(out, ", no guard");
	}
}

static void
out_stack_memory(struct out *out, const struct stack_request *request)
{
	if (request->top_only) {
		out_string(out, "initial stack pointer ");
		out_pointer(out, request->address);
		return;
	}
	if (request->size_set)
		out_size(out, request->size);
	else
		out_string(out, request->address_set ? "size not given" : "libc's default");
	if (request->address_set) {
		out_string(out, " at ");
		out_pointer(out, request->address);
	}
	if (request->guard_set)
		out_guard(out, request->guard);
}

static void
out_stack_request(struct out *out, const struct stack_request *request)
{
	if (request->kind == STACK_REQUEST_NONE)
		return;
	out_string(out, "; stack: ");
	if (request->kind == STACK_REQUEST_DEFAULT) {
		out_string(out, "libc's default");
		return;
	}
	out_stack_memory(out, request);
	if (request->detached)
		out_string(out, ", detached");
	if (request->scheduling_set) {
		const char *policy = names_sched_policy(request->policy);
		out_string(out, policy ? ", " : ", scheduling policy ");
		out_string(out, policy);
		if (!policy)
			out_signed(out, request->policy);
		out_string(out, " priority ");
		out_signed(out, request->priority);
	}
	if (request->affinity_set) {
		out_string(out, ", cpus ");
		out_processors(out, request);
	}
}

void
render_text_call_begin(struct out *out, const struct event_call_begin *event)
{
	render_text_tag(out, &event->head, 0);
	out_string(out, libc_call_info(event->call)->name);
	out_char(out, '(');
	render_text_arguments(out, event);
	out_string(out, ") called from ");
	render_text_location(out, &event->caller);
	out_stack_request(out, &event->stack);
}

void
render_text_syscall(struct out *out, const struct event_syscall *event)
{
	render_text_tag(out, &event->head, 0);
	render_syscall(out, event, 0);
	if (event->in_helper_thread) {
		out_string(out, " in a helper thread of ");
		out_string(out, libc_call_info(event->helper_of)->name);
	} else if (event->head.call_id == 0) {
		out_string(out, " from no intercepted call, at ");
		render_text_location(out, &event->site);
	}
}

static void
out_error(struct out *out, const struct event_call_end *event)
{
	if (!event->error)
		return;
	out_char(out, ' ');
	names_out_errno(out, event->error);
}

/* "exit status 3", "SIGKILL": system(3) returns what waitpid(2) tells of the shell. */
static void
out_wait_status(struct out *out, int status)
{
	if (status == -1) {
		out_string(out, "-1");
	} else if (WIFEXITED(status)) {
		out_string(out, "exit status ");
		out_signed(out, WEXITSTATUS(status));
	} else {
		names_out_signal(out, (uint64_t)WTERMSIG(status));
	}
}

static void
out_result(struct out *out, const struct event_call_end *event)
{
	switch (libc_call_info(event->call)->result) {
	case RESULT_ERRNO_VALUE:
		if (event->result)
			names_out_errno(out, (int)event->result);
		else
			out_char(out, '0');
		break;
	case RESULT_THRD:
		if (event->result >= 0 && (size_t)event->result < sizeof thrd_results / sizeof *thrd_results)
			out_string(out, thrd_results[event->result]);
		else
			out_signed(out, event->result);
		break;
	case RESULT_PID:
	case RESULT_INT:
		out_signed(out, event->result);
		out_error(out, event);
		break;
	case RESULT_PLAIN:
		out_signed(out, event->result);
		break;
	case RESULT_POINTER:
		out_pointer(out, (uint64_t)event->result);
		out_error(out, event);
		break;
	case RESULT_WAIT_STATUS:
		if (event->asked_for_shell)
			out_signed(out, event->result);
		else
			out_wait_status(out, (int)event->result);
		out_error(out, event);
		break;
	}
}

/* "0x7f1200000000-0x7f1200800000 (8 MiB, guard 4 KiB, mapped by libc)" */
static void
out_own_stack(struct out *out, const struct stack_actual *stack)
{
	if (stack->base_known) {
		out_string(out, " on stack ");
		out_hex(out, stack->base);
		out_char(out, '-');
		out_hex(out, stack->base + stack->size);
		out_string(out, " (");
		out_size(out, stack->size);
		if (stack->guard_known)
			out_guard(out, stack->guard);
		out_string(out, ", ");
	} else {
		out_string(out, " on a stack below ");
		out_hex(out, stack->top);
		out_string(out, " (");
	}
	out_string(out, stack->origin == STACK_LIBC ? "mapped by libc)" : "given by the program)");
}

static void
out_child(struct out *out, const struct event_call_end *event)
{
	out_string(out, event->child_is_thread ? "thread " : "process ");
	out_signed(out, event->child);
	switch (event->stack.origin) {
	case STACK_NOT_OBSERVED:
		out_string(out, "; stack: not observed");
		break;
	case STACK_LIBC:
	case STACK_USER:
		out_own_stack(out, &event->stack);
		break;
	case STACK_SHARED:
		out_string(out, " on the parent's own stack, shared until it execs or exits");
		break;
	case STACK_COPY:
		out_string(out, " on a copy of the parent's stack");
		break;
	}
}

static void
out_call_duration(struct out *out, const struct event_call_end *event)
{
	if (event->duration_observed) {
		out_string(out, " after ");
		out_duration(out, event->duration_ns);
	}
}

/* Whether there must be a new task, though none was observed. */
static bool
made_unseen_task(const struct event_call_end *event)
{
	const struct libc_call_info *info = libc_call_info(event->call);
	bool is_id = info->result == RESULT_PID;

	if (event->child || event->syscall_observed || !event->result_observed || info->creation != CREATES)
		return false;
	return is_id ? event->result > 0 : !event->error && (info->result != RESULT_ERRNO_VALUE || !event->result);
}

/* Nothing is known of what this call became, apart from its result. */
static void
out_syscall_not_observed(struct out *out, const struct event_call_end *event)
{
	out_string(out, "; syscall: not observed (");
	out_escaped(out, event->not_observed_reason);
	out_char(out, ')');
}

void
render_text_call_end(struct out *out, const struct event_call_end *event)
{
	const char *name = libc_call_info(event->call)->name;

	if (!event->result_observed && event->unreturned == UNRETURNED_IN_CHILD)
		return; /* the child tells */
	render_text_tag(out, &event->head, 0);
	out_string(out, name);
	if (event->result_observed) {
		out_string(out, " returned ");
		out_result(out, event);
		out_call_duration(out, event);
	} else {
		out_string(out, event->unreturned == UNRETURNED_LEFT
					? ": result not observed (it has not returned)"
					: ": result not observed (it returns past the shim)");
	}
	if (event->child) {
		out_string(out, event->result_observed ? ": " : "; ");
		out_child(out, event);
	} else if (made_unseen_task(event)) {
		out_string(out, "; stack: not observed");
	}
	if (!event->result_observed && event->duration_observed) {
		out_char(out, ';');
		out_call_duration(out, event);
	}
	if (!event->syscall_observed && event->not_observed_reason)
		out_syscall_not_observed(out, event);
	if (event->path_reason) {
		out_string(out, "; path: not observed to its end (");
		out_escaped(out, event->path_reason);
		out_char(out, ')');
	}
}
