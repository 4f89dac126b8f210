/*
 * render_json_arguments.c: the arguments of a libc call in the json format, {"path":"/bin/ls","argv":["ls","-l"]}.
 *
 * Runs on the hot path inside the traced program and in the readers; calls only this folder.
 */
#include <sched.h>
#include <signal.h>
#include <spawn.h>

#include "decode/names.h"
#include "decode/render_json.h"

/* What follows an argument vector in the longest list of arguments, "envp" and "flags", and the bracket. */
#define BEHIND_VECTOR 64

static void
out_unreadable(struct out *out)
{
	out_string(out, "{\"unreadable\":true}");
}

static void
out_event_string(struct out *out, const struct event_string *string)
{
	size_t limited;
	if (!string->is_observed) {
		out_unreadable(out);
		return;
	}
	limited = out_limit(out, JSON_ARGUMENT_MAX);
	json_text(out, string->bytes, string->length, string->is_cut);
	out_unlimit(out, limited);
}

static void
out_argument_vector(struct out *out, const struct call_details *details)
{
	size_t left = out_left(out);
	size_t limited = out_limit(out, left > BEHIND_VECTOR ? left - BEHIND_VECTOR : 0);
	if (details->vector_observed)
		render_json_vector(out, details->vector, details->vector_count);
	else
		out_unreadable(out);
	out_unlimit(out, limited);
}

static void
out_count(struct out *out, bool is_observed, uint32_t count)
{
	if (!is_observed) {
		out_unreadable(out);
		return;
	}
	out_char(out, '{');
	json_member_unsigned(out, "count", count);
	out_char(out, '}');
}

static void
out_spawn_flags(struct out *out, uint32_t flags)
{
	json_name(out, "flags");
	out_char(out, '[');
	for (const struct spawn_flag *flag = spawn_flags; flag->value; flag++) {
		if (!(flags & flag->value))
			continue;
		json_next(out);
		out_string(out, "\"POSIX_SPAWN_");
		out_string(out, flag->name);
		out_char(out, '"');
	}
	out_char(out, ']');
	json_member_hex(out, "flags_value", flags);
}

/* A value is there as far as the flags ask for it. */
static void
out_spawn_attributes(struct out *out, const struct spawn_attributes *attributes)
{
	uint32_t flags = attributes->flags;
	out_char(out, '{');
	out_spawn_flags(out, flags);
	json_optional_signed(out, "process_group", flags & POSIX_SPAWN_SETPGROUP, attributes->process_group);
	json_optional_hex(out, "signal_mask", flags & POSIX_SPAWN_SETSIGMASK, attributes->signal_mask);
	json_optional_hex(out, "signal_default", flags & POSIX_SPAWN_SETSIGDEF, attributes->signal_default);
	json_name(out, "policy");
	if (flags & POSIX_SPAWN_SETSCHEDULER)
		render_json_policy(out, attributes->policy);
	else
		json_absent(out);
	json_optional_signed(out, "priority", flags & (POSIX_SPAWN_SETSCHEDULER | POSIX_SPAWN_SETSCHEDPARAM),
			     attributes->priority);
	out_char(out, '}');
}

static void
out_sigevent(struct out *out, const struct event_sigevent *event)
{
	static const struct code_location nowhere;
	const char *notify = names_sigevent(event->notify);
	bool is_signal = event->notify == SIGEV_SIGNAL || event->notify == SIGEV_THREAD_ID;
	bool is_thread = event->notify == SIGEV_THREAD;

	out_char(out, '{');
	json_name(out, "notify");
	if (notify)
		json_word(out, notify);
	else
		out_signed(out, event->notify);
	json_name(out, "signal");
	render_json_signal(out, is_signal ? (uint32_t)event->signal : 0);
	json_optional_signed(out, "tid", event->notify == SIGEV_THREAD_ID, event->tid);
	json_name(out, "function");
	render_json_location(out, is_thread ? &event->function : &nowhere);
	json_optional_boolean(out, "attributes", is_thread, event->has_attributes);
	out_char(out, '}');
}

/* Arguments that are pointers to something that the details tell about. */
static void
out_described(struct out *out, enum arg_kind kind, const struct call_details *details, size_t string)
{
	switch (kind) {
	case ARG_STRING:
		out_event_string(out, &details->strings[string]);
		break;
	case ARG_STRINGS:
		out_argument_vector(out, details);
		break;
	case ARG_ENVIRONMENT:
		out_count(out, details->environment_observed, details->environment_count);
		break;
	case ARG_SPAWN_ACTIONS:
		out_count(out, details->actions_observed, details->action_count);
		break;
	case ARG_SPAWN_ATTR:
		if (details->attributes_observed)
			out_spawn_attributes(out, &details->attributes);
		else
			out_unreadable(out);
		break;
	default: /* ARG_SIGEVENT */
		if (details->sigevent_observed)
			out_sigevent(out, &details->sigevent);
		else
			out_unreadable(out);
		break;
	}
}

/* An int in C: the register's upper half is no argument. */
static void
out_flags(struct out *out, uint32_t flags, bool has_exit_signal)
{
	out_char(out, '{');
	render_json_clone_flags(out, has_exit_signal ? flags & ~(uint32_t)CSIGNAL : flags, !has_exit_signal);
	if (has_exit_signal) {
		json_name(out, "exit_signal");
		render_json_signal(out, flags & CSIGNAL);
	}
	out_char(out, '}');
}

static void
out_argument(struct out *out, const struct event_call_begin *event, size_t i, size_t string)
{
	enum arg_kind kind = libc_call_info(event->call)->args[i].kind;
	uint64_t value = event->args[i];

	switch (kind) {
	case ARG_INT:
		out_signed(out, (int32_t)value);
		break;
	case ARG_SYSCALL_NR:
		out_unsigned(out, (uint32_t)value);
		break;
	case ARG_CODE:
		render_json_location(out, &event->start);
		break;
	case ARG_CLONE_FLAGS:
		out_flags(out, (uint32_t)value, true);
		break;
	case ARG_NAMESPACE_FLAGS:
		out_flags(out, (uint32_t)value, false);
		break;
	default:
		if (kind == ARG_POINTER || !value)
			json_pointer(out, value);
		else if (event->details)
			out_described(out, kind, event->details, string);
		else
			out_unreadable(out);
		break;
	}
}

void
render_json_arguments(struct out *out, const struct event_call_begin *event)
{
	const struct libc_call_info *info = libc_call_info(event->call);
	size_t string = 0;

	out_char(out, '{');
	for (size_t i = 0; i < LIBC_CALL_MAX_ARGS && info->args[i].kind != ARG_NONE; i++) {
		json_name(out, info->args[i].name);
		if (libc_call_passes(event->call, event->args, i))
			out_argument(out, event, i, string);
		else
			json_absent(out);
		string += info->args[i].kind == ARG_STRING;
	}
	out_char(out, '}');
}
