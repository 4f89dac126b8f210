/*
 * render_arguments.c: the arguments of a libc call in the text format, "path="/bin/ls", argv=["ls", "-l"]".
 *
 * Runs on the hot path inside the traced program and in the readers; calls only this folder.
 */
#include <signal.h>
#include <spawn.h>

#include "decode/names.h"
#include "decode/render_text.h"

static void
out_event_string(struct out *out, const struct event_string *string)
{
	if (!string->is_observed) {
		out_string(out, "not readable");
		return;
	}
	out_char(out, '"');
	out_escaped_bytes(out, string->bytes, string->length);
	out_string(out, string->is_cut ? "\"…" : "\"");
}

static void
out_vector(struct out *out, const struct call_details *details)
{
	if (!details->vector_observed) {
		out_string(out, "not readable");
		return;
	}
	out_char(out, '[');
	for (uint32_t i = 0; i < details->vector_count && i < EVENT_VECTOR_MAX; i++) {
		out_string(out, i ? ", " : "");
		out_event_string(out, &details->vector[i]);
	}
	if (details->vector_count > EVENT_VECTOR_MAX) {
		out_string(out, ", … ");
		out_unsigned(out, details->vector_count - EVENT_VECTOR_MAX);
		out_string(out, " more");
	}
	out_char(out, ']');
}

static void
out_count(struct out *out, bool is_observed, uint32_t count, const char *what)
{
	if (!is_observed) {
		out_string(out, "not readable");
		return;
	}
	out_unsigned(out, count);
	out_char(out, ' ');
	out_string(out, what);
	out_string(out, count == 1 ? "" : "s");
}

/* "SIGINT+SIGTERM", "none", or all but a few: "~SIGKILL". */
static void
out_signal_set(struct out *out, uint64_t set)
{
	bool any = false;
	for (unsigned signal = 1; signal <= 64; signal++) {
		if (!(set >> (signal - 1) & 1))
			continue;
		out_string(out, any ? "+" : "");
		names_out_signal(out, signal);
		any = true;
	}
	if (!any)
		out_string(out, "none");
}

static void
out_spawn_values(struct out *out, const struct spawn_attributes *attributes)
{
	if (attributes->flags & POSIX_SPAWN_SETPGROUP) {
		out_string(out, ", process group ");
		out_signed(out, attributes->process_group);
	}
	if (attributes->flags & POSIX_SPAWN_SETSIGMASK) {
		out_string(out, ", blocked ");
		out_signal_set(out, attributes->signal_mask);
	}
	if (attributes->flags & POSIX_SPAWN_SETSIGDEF) {
		out_string(out, ", defaulted ");
		out_signal_set(out, attributes->signal_default);
	}
	if (attributes->flags & POSIX_SPAWN_SETSCHEDULER) {
		out_string(out, ", policy ");
		out_string(out, names_sched_policy(attributes->policy));
	}
	if (attributes->flags & (POSIX_SPAWN_SETSCHEDULER | POSIX_SPAWN_SETSCHEDPARAM)) {
		out_string(out, ", priority ");
		out_signed(out, attributes->priority);
	}
}

static void
out_spawn_attributes(struct out *out, const struct spawn_attributes *attributes)
{
	uint32_t rest = attributes->flags;
	bool any = false;

	out_char(out, '{');
	for (const struct spawn_flag *flag = spawn_flags; flag->value; flag++) {
		if (!(rest & flag->value))
			continue;
		out_string(out, any ? "|" : "");
		out_string(out, flag->name);
		rest &= ~flag->value;
		any = true;
	}
	if (rest || !any) {
		out_string(out, any ? "|" : "");
		out_hex(out, rest);
	}
	out_spawn_values(out, attributes);
	out_char(out, '}');
}

static void
out_sigevent(struct out *out, const struct event_sigevent *event)
{
	switch (event->notify) {
	case SIGEV_NONE:
		out_string(out, "SIGEV_NONE");
		break;
	case SIGEV_SIGNAL:
		out_string(out, "SIGEV_SIGNAL ");
		names_out_signal(out, (uint64_t)event->signal);
		break;
	case SIGEV_THREAD_ID:
		out_string(out, "SIGEV_THREAD_ID ");
		names_out_signal(out, (uint64_t)event->signal);
		out_string(out, " to ");
		out_signed(out, event->tid);
		break;
	case SIGEV_THREAD:
		out_string(out, "SIGEV_THREAD ");
		render_text_location(out, &event->function);
		out_string(out, event->has_attributes ? " with attributes" : "");
		break;
	default:
		out_signed(out, event->notify);
		break;
	}
}

/* Arguments that are pointers to something that the details tell about. NULL is said as NULL by the caller. */
static void
out_described(struct out *out, enum arg_kind kind, const struct call_details *details, size_t string)
{
	switch (kind) {
	case ARG_STRING:
		out_event_string(out, &details->strings[string]);
		break;
	case ARG_STRINGS:
		out_vector(out, details);
		break;
	case ARG_ENVIRONMENT:
		out_count(out, details->environment_observed, details->environment_count, "variable");
		break;
	case ARG_SPAWN_ACTIONS:
		out_count(out, details->actions_observed, details->action_count, "action");
		break;
	case ARG_SPAWN_ATTR:
		if (details->attributes_observed)
			out_spawn_attributes(out, &details->attributes);
		else
			out_string(out, "not readable");
		break;
	case ARG_SIGEVENT:
		if (details->sigevent_observed)
			out_sigevent(out, &details->sigevent);
		else
			out_string(out, "not readable");
		break;
	default:
		break;
	}
}

static void
out_argument(struct out *out, const struct event_call_begin *event, size_t i, size_t string)
{
	enum arg_kind kind = libc_call_info(event->call)->args[i].kind;

	switch (kind) {
	case ARG_NONE:
		break;
	case ARG_INT:
		out_signed(out, (int32_t)event->args[i]);
		break;
	case ARG_CODE:
		render_text_location(out, &event->start);
		break;
	case ARG_CLONE_FLAGS:
		/* An int in C: the register's upper half is no argument. */
		names_out_clone_argument(out, (uint32_t)event->args[i]);
		break;
	case ARG_SYSCALL_NR: {
		const char *name = names_creation_syscall((uint32_t)event->args[i]);
		if (name)
			out_string(out, name);
		else
			out_unsigned(out, event->args[i]);
		break;
	}
	case ARG_NAMESPACE_FLAGS:
		names_out_clone_flags(out, (uint32_t)event->args[i], true);
		break;
	default:
		if (kind == ARG_POINTER || !event->args[i] || !event->details)
			out_pointer(out, event->args[i]);
		else
			out_described(out, kind, event->details, string);
		break;
	}
}

void
render_text_arguments(struct out *out, const struct event_call_begin *event)
{
	const struct libc_call_info *info = libc_call_info(event->call);
	size_t string = 0;

	for (size_t i = 0; i < LIBC_CALL_MAX_ARGS && info->args[i].kind != ARG_NONE; i++) {
		if (!libc_call_passes(event->call, event->args, i))
			continue;
		out_string(out, i ? ", " : "");
		out_string(out, info->args[i].name);
		out_char(out, '=');
		out_argument(out, event, i, string);
		string += info->args[i].kind == ARG_STRING;
	}
}
