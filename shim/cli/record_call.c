/* record_call.c: see record_event.h: the begin and the end of a libc call. */
#include <string.h>

#include "cli/record_event.h"
#include "cli/record_form.h"

static void
take_stack_request(const struct cloneshim_trace_call_begin *fixed, struct stack_request *stack)
{
	*stack = (struct stack_request){
		.kind = fixed->stack_kind == 1   ? STACK_REQUEST_DEFAULT
			: fixed->stack_kind == 2 ? STACK_REQUEST_GIVEN
						 : STACK_REQUEST_NONE,
		.address_set = record_has(fixed->flags, CLONESHIM_TRACE_BEGIN_STACK_ADDRESS),
		.size_set = record_has(fixed->flags, CLONESHIM_TRACE_BEGIN_STACK_SIZE),
		.guard_set = record_has(fixed->flags, CLONESHIM_TRACE_BEGIN_STACK_GUARD),
		.top_only = record_has(fixed->flags, CLONESHIM_TRACE_BEGIN_TOP_ONLY),
		.detached = record_has(fixed->flags, CLONESHIM_TRACE_BEGIN_DETACHED),
		.scheduling_set = record_has(fixed->flags, CLONESHIM_TRACE_BEGIN_SCHEDULING),
		.affinity_set = record_has(fixed->flags, CLONESHIM_TRACE_BEGIN_AFFINITY),
		.affinity_cut = record_has(fixed->flags, CLONESHIM_TRACE_BEGIN_AFFINITY_CUT),
		.address = fixed->stack_address,
		.size = fixed->stack_size,
		.guard = fixed->stack_guard,
		.policy = fixed->policy,
		.priority = fixed->priority,
		.affinity = fixed->affinity,
	};
}

static void
take_string(struct record_source *source, struct trace_strings *strings, struct event_string *string)
{
	uint32_t length, flags;

	string->bytes = record_texts_next(&source->texts, strings, &length, &flags);
	string->length = length < EVENT_STRING_MAX ? length : EVENT_STRING_MAX;
	string->is_observed = !record_has(flags, CLONESHIM_TRACE_STRING_UNREADABLE);
	string->is_cut = record_has(flags, CLONESHIM_TRACE_STRING_CUT) || length > EVENT_STRING_MAX;
}

static void
take_values(struct record_source *source, const struct cloneshim_trace_call_begin *fixed, struct trace_event *event)
{
	struct call_details *details = &event->details;

	*details = (struct call_details){
		.vector_count = fixed->vector_count,
		.environment_count = fixed->environment_count,
		.action_count = fixed->action_count,
		.vector_observed = record_has(fixed->flags, CLONESHIM_TRACE_BEGIN_VECTOR),
		.environment_observed = record_has(fixed->flags, CLONESHIM_TRACE_BEGIN_ENVIRONMENT),
		.actions_observed = record_has(fixed->flags, CLONESHIM_TRACE_BEGIN_ACTIONS),
		.attributes_observed = record_has(fixed->flags, CLONESHIM_TRACE_BEGIN_ATTRIBUTES),
		.sigevent_observed = record_has(fixed->flags, CLONESHIM_TRACE_BEGIN_SIGEVENT),
		.attributes = {.flags = fixed->spawn_flags,
			       .process_group = fixed->spawn_group,
			       .policy = fixed->spawn_policy,
			       .priority = fixed->spawn_priority,
			       .signal_mask = fixed->spawn_mask,
			       .signal_default = fixed->spawn_default},
		.sigevent = {.notify = fixed->sigevent_notify,
			     .signal = fixed->sigevent_signal,
			     .tid = fixed->sigevent_tid,
			     .has_attributes = record_has(fixed->flags, CLONESHIM_TRACE_BEGIN_SIGEVENT_ATTRIBUTES)},
	};
	record_locate(source, event, fixed->sigevent_function, &details->sigevent.function);
}

/* False: strings are missing, or what the flags announce. */
static bool
holds_details(const struct trace_entry *entry, const struct cloneshim_trace_call_begin *fixed)
{
	uint64_t kept = fixed->vector_count < EVENT_VECTOR_MAX ? fixed->vector_count : EVENT_VECTOR_MAX;

	return entry->payload->fixed >= sizeof(*fixed) && entry->payload->strings >= fixed->string_count + kept;
}

static void
take_details(struct record_source *source, const struct trace_entry *entry,
	     const struct cloneshim_trace_call_begin *fixed, struct trace_event *event)
{
	struct call_details *details = &event->details;
	struct event_string unknown;
	struct trace_strings strings;

	take_values(source, fixed, event);
	trace_strings_start(&strings, entry);
	for (uint32_t i = 0; i < fixed->string_count; i++)
		take_string(source, &strings, i < EVENT_STRINGS_MAX ? &details->strings[i] : &unknown);
	for (uint32_t i = 0; i < details->vector_count && i < EVENT_VECTOR_MAX; i++)
		take_string(source, &strings, &details->vector[i]);
	event->as.begin.details = details;
}

bool
record_take_call_begin(struct record_source *source, const struct trace_entry *entry, struct trace_event *event)
{
	struct event_call_begin *begin = &event->as.begin;
	struct cloneshim_trace_call_begin fixed;

	RECORD_FIXED(entry, fixed);
	memset(begin, 0, sizeof(*begin));
	record_head(&fixed.record, &begin->head);
	if (fixed.call >= CLONESHIM_TRACE_CALLS_MAX || source->calls[fixed.call] == LIBC_CALL_COUNT)
		return false;
	begin->call = source->calls[fixed.call];
	begin->time_ns = fixed.time_ns;
	begin->frame_address = fixed.frame_address;
	begin->left_earlier = record_has(fixed.flags, CLONESHIM_TRACE_BEGIN_LEFT_EARLIER);
	memcpy(begin->args, fixed.args, sizeof(begin->args));
	record_locate(source, event, fixed.caller, &begin->caller);
	record_locate(source, event, fixed.start, &begin->start);
	take_stack_request(&fixed, &begin->stack);
	if (!record_has(fixed.flags, CLONESHIM_TRACE_BEGIN_DETAILS))
		return true;
	if (!holds_details(entry, &fixed))
		return false;
	take_details(source, entry, &fixed, event);
	return true;
}

bool
record_take_call_end(struct record_source *source, const struct trace_entry *entry, struct trace_event *event)
{
	struct event_call_end *end = &event->as.end;
	struct cloneshim_trace_call_end fixed;
	struct trace_strings strings;

	RECORD_FIXED(entry, fixed);
	memset(end, 0, sizeof(*end));
	record_head(&fixed.record, &end->head);
	if (fixed.call >= CLONESHIM_TRACE_CALLS_MAX || source->calls[fixed.call] == LIBC_CALL_COUNT ||
	    fixed.stack_origin > STACK_COPY || fixed.unreturned > UNRETURNED_LEFT)
		return false;
	end->call = source->calls[fixed.call];
	end->result_observed = record_has(fixed.flags, CLONESHIM_TRACE_END_RESULT);
	end->unreturned = fixed.unreturned;
	end->duration_observed = record_has(fixed.flags, CLONESHIM_TRACE_END_DURATION);
	end->asked_for_shell = record_has(fixed.flags, CLONESHIM_TRACE_END_ASKED_FOR_SHELL);
	end->syscall_observed = record_has(fixed.flags, CLONESHIM_TRACE_END_SYSCALL);
	end->child_is_thread = record_has(fixed.flags, CLONESHIM_TRACE_END_THREAD);
	end->result = fixed.result;
	end->error = fixed.error;
	end->child = fixed.child;
	end->start_ns = fixed.start_ns;
	end->duration_ns = fixed.duration_ns;
	end->begun_pid = fixed.begun_pid;
	end->begun_as_id = fixed.begun_as_id;
	end->stack = (struct stack_actual){.origin = (enum stack_origin)fixed.stack_origin,
					   .base_known = record_has(fixed.flags, CLONESHIM_TRACE_END_STACK_BASE),
					   .guard_known = record_has(fixed.flags, CLONESHIM_TRACE_END_STACK_GUARD),
					   .base = fixed.stack_base,
					   .size = fixed.stack_size,
					   .top = fixed.stack_top,
					   .guard = fixed.stack_guard};
	trace_strings_start(&strings, entry);
	end->not_observed_reason = record_texts_plain(&source->texts, &strings);
	end->path_reason = record_texts_plain(&source->texts, &strings);
	return true;
}
