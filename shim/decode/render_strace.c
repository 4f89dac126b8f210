/*
 * render_strace.c: creation syscalls in the notation of strace 6.1, byte for byte.
 *
 * Runs on the hot path inside the traced program and in the readers; calls only this folder. The notation was taken from
 * what strace prints (tests/unit/render_strace.c holds its lines), with one difference on purpose: parent_tid is not read
 * back but is the syscall's result (DESIGN.md, "Formats"). What the event does not know carries NOT_OBSERVED, which
 * strace never prints.
 */
#include <linux/sched.h>
#include <sys/syscall.h>

#include "decode/names.h"
#include "decode/render.h"

#define NOT_OBSERVED " /* not observed */"

enum {
	CLONE_ARGS_MIN = 64,    /* CLONE_ARGS_SIZE_VER0: a shorter clone_args is not looked into */
	CLONE_ARGS_KNOWN = 88,  /* CLONE_ARGS_SIZE_VER2 */
	CLONE_ARGS_MAX = 4096,  /* a page: the kernel refuses more, strace looks no further */
	CLONE_ARGS_CGROUP = 80, /* offset of cgroup */
	STRING_MAX = 32,        /* bytes of a string that strace shows, its option -s */
	ERROR_MAX = 4095,       /* MAX_ERRNO: results from -4095 to -1 are errors */
};

static void
out_field(struct out *out, const char *name)
{
	out_string(out, ", ");
	out_string(out, name);
	out_char(out, '=');
}

static void
out_pointer_field(struct out *out, const char *name, uint64_t value)
{
	out_field(out, name);
	out_pointer(out, value);
}

static void
out_number_in_brackets(struct out *out, int64_t value)
{
	out_char(out, '[');
	out_signed(out, value);
	out_char(out, ']');
}

static bool
succeeded(const struct event_syscall *event)
{
	return event->returned && event->result >= 0;
}

/* What the kernel stored at parent_tid: the task's id; strace prints the address where it can read nothing. */
static void
out_stored_tid(struct out *out, const struct event_syscall *event, uint64_t address)
{
	if (!address || event->parent_tid_fault)
		out_pointer(out, address);
	else
		out_number_in_brackets(out, event->result);
}

static void
out_stored_pidfd(struct out *out, const struct event_syscall *event, uint64_t address)
{
	if (event->pidfd_observed) {
		out_number_in_brackets(out, event->pidfd);
	} else {
		out_pointer(out, address);
		out_string(out, NOT_OBSERVED);
	}
}

/* clone(2)'s third argument, which serves two flags. */
static void
out_clone_parent_tid(struct out *out, const struct event_syscall *event, uint64_t flags)
{
	out_field(out, "parent_tid");
	if (!succeeded(event))
		out_pointer(out, event->args[2]);
	else if (flags & CLONE_PARENT_SETTID)
		out_stored_tid(out, event, event->args[2]);
	else
		out_stored_pidfd(out, event, event->args[2]);
}

static void
out_clone(struct out *out, const struct event_syscall *event)
{
	uint64_t flags = event->args[0] & ~(uint64_t)CSIGNAL;

	out_string(out, "child_stack=");
	out_pointer(out, event->args[1]);
	out_field(out, "flags");
	names_out_clone_argument(out, event->args[0]);
	if (flags & (CLONE_PARENT_SETTID | CLONE_PIDFD))
		out_clone_parent_tid(out, event, flags);
	if (flags & CLONE_SETTLS)
		out_pointer_field(out, "tls", event->args[4]);
	if (flags & (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID))
		out_pointer_field(out, "child_tidptr", event->args[3]);
}

static void
out_set_tid(struct out *out, const struct event_syscall *event)
{
	const struct clone3_args *args = &event->clone3;
	bool is_array = args->set_tid && args->set_tid_size && args->set_tid_size <= EVENT_SET_TID_MAX;
	uint64_t readable = event->set_tid_observed ? args->set_tid_size
			    : event->set_tid_fault  ? event->set_tid_readable
						    : 0;

	out_field(out, "set_tid");
	if (!is_array || readable == 0 || readable > EVENT_SET_TID_MAX) {
		out_pointer(out, args->set_tid);
		if (is_array && !event->set_tid_fault)
			out_string(out, NOT_OBSERVED);
	} else {
		for (uint64_t i = 0; i < readable; i++) {
			out_string(out, i ? ", " : "[");
			out_signed(out, event->set_tid[i]);
		}
		if (!event->set_tid_observed) {
			out_string(out, ", ... /* ");
			out_hex(out, args->set_tid + readable * sizeof event->set_tid[0]);
			out_string(out, " */");
		}
		out_char(out, ']');
	}
	out_field(out, "set_tid_size");
	out_unsigned(out, args->set_tid_size);
}

static void
out_tail_bytes(struct out *out, const struct event_syscall *event, uint64_t end)
{
	uint64_t shown = end - CLONE_ARGS_KNOWN;
	if (shown > STRING_MAX)
		shown = STRING_MAX;

	out_string(out, ", /* bytes 88..");
	out_unsigned(out, end - 1);
	out_string(out, " */ ");
	if (shown > event->tail_length) {
		out_string(out, "/* not observed */");
		return;
	}
	out_char(out, '"');
	for (uint64_t i = 0; i < shown; i++)
		out_escaped_byte(out, event->tail[i]);
	out_char(out, '"');
	if (end - CLONE_ARGS_KNOWN > STRING_MAX)
		out_string(out, "...");
}

/* Whether what was kept of the tail, or what the reader of the memory says about all of it, is not 0. */
static bool
tail_is_nonzero(const struct event_syscall *event)
{
	bool nonzero = event->tail_nonzero;
	for (unsigned i = 0; i < event->tail_length && i < EVENT_TAIL_MAX; i++)
		nonzero |= event->tail[i] != 0;
	return nonzero;
}

/* What lies beyond the 88 bytes that have names, when it is not all zero. strace would show it again after a success, which
   no kernel up to 6.18 grants to such a clone_args; it is not read a second time here, so it is shown once. */
static void
out_tail(struct out *out, const struct event_syscall *event)
{
	uint64_t end = event->args[1] < CLONE_ARGS_MAX ? event->args[1] : CLONE_ARGS_MAX;
	if (end <= CLONE_ARGS_KNOWN)
		return;
	if (event->tail_fault)
		out_string(out, ", ???");
	else if (tail_is_nonzero(event) || event->tail_length == 0)
		out_tail_bytes(out, event, end);
}

static void
out_clone_args(struct out *out, const struct event_syscall *event)
{
	const struct clone3_args *args = &event->clone3;

	out_string(out, "{flags=");
	names_out_clone_flags(out, args->flags, true);
	if (args->flags & CLONE_PIDFD)
		out_pointer_field(out, "pidfd", args->pidfd);
	if (args->flags & (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID))
		out_pointer_field(out, "child_tid", args->child_tid);
	if (args->flags & CLONE_PARENT_SETTID)
		out_pointer_field(out, "parent_tid", args->parent_tid);
	out_field(out, "exit_signal");
	names_out_signal(out, args->exit_signal);
	out_pointer_field(out, "stack", args->stack);
	out_field(out, "stack_size");
	if (args->stack_size)
		out_hex(out, args->stack_size);
	else
		out_char(out, '0'); /* C's %#x, which strace uses here, marks no zero */
	if (args->flags & CLONE_SETTLS)
		out_pointer_field(out, "tls", args->tls);
	if (args->set_tid || args->set_tid_size)
		out_set_tid(out, event);
	if (event->args[1] > CLONE_ARGS_CGROUP && (args->cgroup || args->flags & CLONE_INTO_CGROUP)) {
		out_field(out, "cgroup");
		out_unsigned(out, args->cgroup);
	}
	out_tail(out, event);
	out_char(out, '}');
}

/* What the kernel stored in the caller's memory. */
static void
out_stored(struct out *out, const struct event_syscall *event)
{
	const struct clone3_args *args = &event->clone3;
	bool pidfd = args->flags & CLONE_PIDFD;
	bool parent_tid = args->flags & CLONE_PARENT_SETTID;
	if (!pidfd && !parent_tid)
		return;
	out_string(out, " => {");
	if (pidfd) {
		out_string(out, "pidfd=");
		out_stored_pidfd(out, event, args->pidfd);
	}
	if (pidfd && parent_tid)
		out_string(out, ", ");
	if (parent_tid) {
		out_string(out, "parent_tid=");
		out_stored_tid(out, event, args->parent_tid);
	}
	out_char(out, '}');
}

static void
out_clone3(struct out *out, const struct event_syscall *event)
{
	bool is_readable = event->args[1] >= CLONE_ARGS_MIN && !event->memory_fault;
	if (is_readable && event->memory_observed) {
		out_clone_args(out, event);
		if (succeeded(event))
			out_stored(out, event);
	} else {
		out_pointer(out, event->args[0]);
		if (is_readable)
			out_string(out, NOT_OBSERVED);
	}
	out_string(out, ", ");
	out_unsigned(out, event->args[1]);
}

static void
out_result(struct out *out, const struct event_syscall *event)
{
	if (!event->returned) {
		out_char(out, '?');
		return;
	}
	if (event->result >= 0 || event->result < -ERROR_MAX) {
		out_signed(out, event->result);
		return;
	}
	out_string(out, "-1 ");
	names_out_errno(out, (int)-event->result);
}

void
render_syscall(struct out *out, const struct event_syscall *event, size_t column)
{
	const char *name = names_creation_syscall(event->nr);
	if (name) {
		out_string(out, name);
	} else {
		out_string(out, "syscall_"); /* as strace names a number that it does not know */
		out_hex(out, event->nr);
	}
	out_char(out, '(');
	if (event->nr == SYS_clone)
		out_clone(out, event);
	else if (event->nr == SYS_clone3)
		out_clone3(out, event);
	out_string(out, ") ");
	out_pad(out, column);
	out_string(out, "= ");
	out_result(out, event);
	if (event->injected)
		out_string(out, " (INJECTED)");
}

void
render_strace_syscall(struct out *out, const struct event_syscall *event)
{
	size_t start = out->length;
	out_signed(out, event->head.tid);
	out_pad(out, start + 5);
	out_char(out, ' ');
	render_syscall(out, event, RENDER_STRACE_COLUMN);
}
