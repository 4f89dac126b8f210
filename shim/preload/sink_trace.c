/* sink_trace.c: see sink_trace.h. Hot path. */
#include "preload/sink_trace.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "decode/strings.h"
#include "preload/clock.h"
#include "preload/task.h"
#include "preload/trace_places.h"
#include "preload/trace_record.h"
#include "preload/trace_windows.h"

#define ARGV_BYTES_MAX (128 * 1024) /* of a program's arguments; what a kernel lets one of them have is as much */

_Static_assert(EVENT_SITES_MAX == CLONESHIM_TRACE_SITES_MAX && EVENT_LEFT_ALONE_MAX == CLONESHIM_TRACE_LEFT_ALONE_MAX,
	       "all sites of an event have a place");
_Static_assert(sizeof(((struct event_path_memory *)0)->words) ==
		       sizeof(((struct cloneshim_trace_path_syscall *)0)->before),
	       "what was read is recorded as it is");
_Static_assert(LIBC_CALL_MAX_ARGS == 7, "so has every argument");
_Static_assert(sizeof(struct clone3_args) == sizeof(((struct cloneshim_trace_syscall *)0)->clone_args),
	       "clone_args is recorded as it is");

struct cloneshim_trace_record
sink_trace_record(const struct event_head *head, size_t fixed, uint32_t strings)
{
	return (struct cloneshim_trace_record){.fixed = (uint16_t)fixed,
					       .strings = (uint16_t)strings,
					       .depth = head->depth,
					       .pid = head->pid,
					       .tid = head->tid,
					       .call_id = head->call_id,
					       .memory = task_memory_record()};
}

static uint32_t
flag(bool is_set, uint32_t value)
{
	return is_set ? value : 0;
}

/* A record without strings. */
static void
write_fixed(const void *fixed, size_t length, enum cloneshim_trace_kind kind)
{
	struct trace_record record = {.length = (uint32_t)length};

	if (!trace_record_reserve(&record))
		return;
	trace_record_put(&record, fixed, length);
	trace_record_commit(&record, kind);
}

static void
put_optional(struct trace_record *record, const char *string)
{
	if (string != NULL)
		trace_record_put_string(record, string, string_length(string), 0);
	else
		trace_record_put_string(record, NULL, 0, CLONESHIM_TRACE_STRING_ABSENT);
}

static void
put_string(struct trace_record *record, const struct event_string *string)
{
	uint32_t flags = (string->bytes == NULL ? CLONESHIM_TRACE_STRING_ABSENT : 0) |
			 (string->is_cut ? CLONESHIM_TRACE_STRING_CUT : 0) |
			 (string->is_observed ? 0 : CLONESHIM_TRACE_STRING_UNREADABLE);

	trace_record_put_string(record, string->bytes, string->length, flags);
}

#define PROCESS_STRINGS (5 + EVENT_LEFT_ALONE_MAX)

/* How many of the arguments there is room for. */
static uint32_t
count_arguments(const struct event_process *event)
{
	uint64_t bytes = 0;
	uint32_t i;

	if (!event->argv_observed || event->whole_argv == NULL)
		return 0;
	for (i = 0; i < event->argv_count && i < UINT16_MAX - PROCESS_STRINGS - 1; i++) {
		bytes += string_length(event->whole_argv[i]) + 16;
		if (bytes > ARGV_BYTES_MAX)
			break;
	}
	return i;
}

static void
fill_process(struct cloneshim_trace_process *fixed, const struct event_process *event, uint32_t arguments,
	     uint64_t original)
{
	*fixed = (struct cloneshim_trace_process){
		.record = sink_trace_record(&event->head, sizeof(*fixed),
					    PROCESS_STRINGS + (event->path_reason != NULL) + arguments),
		.time_ns = event->time_ns,
		.kind = (uint32_t)event->kind,
		.ppid = event->ppid,
		.copied_from = event->copied_from,
		.flags = flag(event->argv_observed, CLONESHIM_TRACE_PROCESS_ARGV_OBSERVED) |
			 flag(event->path_is_full, CLONESHIM_TRACE_PROCESS_PATH_FULL) |
			 flag(event->path_reason != NULL, CLONESHIM_TRACE_PROCESS_PATH_REASON),
		.copied_memory = original,
		.argv_count = event->argv_count,
		.site_count = event->site_count,
		.left_alone_count = event->left_alone_count,
	};
	for (uint32_t i = 0; i < event->site_count && i < EVENT_SITES_MAX; i++) {
		fixed->sites[i].address = event->sites[i].at.address;
		fixed->sites[i].nr = event->sites[i].nr;
	}
	for (uint32_t i = 0; i < event->left_alone_count && i < EVENT_LEFT_ALONE_MAX; i++) {
		fixed->left_alone[i].address = event->left_alone[i].at.address;
		fixed->left_alone[i].nr = event->left_alone[i].nr;
	}
}

static void
put_process(struct trace_record *record, const struct event_process *event, uint32_t arguments, uint64_t original)
{
	struct cloneshim_trace_process fixed;

	fill_process(&fixed, event, arguments, original);
	if (event->kind != PROCESS_MODULE)
		fixed.record.memory = record->number;
	trace_record_put(record, &fixed, sizeof(fixed));
	put_optional(record, event->exe);
	put_optional(record, event->libc);
	put_optional(record, event->probe);
	put_optional(record, event->probe_reason);
	put_optional(record, event->inject);
	for (uint32_t i = 0; i < EVENT_LEFT_ALONE_MAX; i++)
		put_optional(record, i < event->left_alone_count ? event->left_alone[i].why : NULL);
	if (event->path_reason != NULL)
		put_optional(record, event->path_reason);
	for (uint32_t i = 0; i < arguments; i++)
		put_optional(record, event->whole_argv[i]);
}

static void
tell_sites(const struct event_process *event)
{
	for (uint32_t i = 0; i < event->site_count && i < EVENT_SITES_MAX; i++)
		trace_places_tell_location(&event->sites[i].at, &event->head);
	for (uint32_t i = 0; i < event->left_alone_count && i < EVENT_LEFT_ALONE_MAX; i++)
		trace_places_tell_location(&event->left_alone[i].at, &event->head);
}

/* Where the record finds no room, nothing of this memory can be told apart from another's. Nor can what a signal handler records until
   the record is there: it is not the original's, whose calls have the same ids. */
void
sink_trace_process(const struct event_process *event)
{
	uint64_t original = event->kind == PROCESS_COPIED ? task_memory_record() : CLONESHIM_TRACE_NOWHERE;
	struct trace_record record = {.number = CLONESHIM_TRACE_NOWHERE};
	uint32_t arguments;

	if (event->kind != PROCESS_MODULE)
		task_set_memory_record(CLONESHIM_TRACE_NOWHERE);
	if (event->kind == PROCESS_COPIED)
		trace_windows_enter_copy();
	arguments = count_arguments(event);
	trace_record_measure(&record);
	put_process(&record, event, arguments, original);
	if (trace_record_reserve(&record)) {
		put_process(&record, event, arguments, original);
		trace_record_commit(&record, CLONESHIM_TRACE_PROCESS);
		if (event->kind != PROCESS_MODULE)
			task_set_memory_record(record.number);
	}
	if (event->kind == PROCESS_LOADED)
		trace_places_tell_modules(&event->head, event->time_ns);
	tell_sites(event);
}

static void
fill_stack_request(struct cloneshim_trace_call_begin *fixed, const struct stack_request *stack)
{
	fixed->stack_kind = (uint32_t)stack->kind;
	fixed->flags |= flag(stack->address_set, CLONESHIM_TRACE_BEGIN_STACK_ADDRESS) |
			flag(stack->size_set, CLONESHIM_TRACE_BEGIN_STACK_SIZE) |
			flag(stack->guard_set, CLONESHIM_TRACE_BEGIN_STACK_GUARD) |
			flag(stack->top_only, CLONESHIM_TRACE_BEGIN_TOP_ONLY) |
			flag(stack->detached, CLONESHIM_TRACE_BEGIN_DETACHED) |
			flag(stack->scheduling_set, CLONESHIM_TRACE_BEGIN_SCHEDULING) |
			flag(stack->affinity_set, CLONESHIM_TRACE_BEGIN_AFFINITY) |
			flag(stack->affinity_cut, CLONESHIM_TRACE_BEGIN_AFFINITY_CUT);
	fixed->policy = stack->policy;
	fixed->priority = stack->priority;
	fixed->stack_address = stack->address;
	fixed->stack_size = stack->size;
	fixed->stack_guard = stack->guard;
	fixed->affinity = stack->affinity;
}

static void
fill_call_begin(struct cloneshim_trace_call_begin *fixed, const struct event_call_begin *event)
{
	fixed->time_ns = event->time_ns;
	fixed->frame_address = event->frame_address;
	fixed->caller = event->caller.address;
	fixed->start = event->start.address;
	memcpy(fixed->args, event->args, sizeof(fixed->args));
	fixed->call = (uint32_t)event->call;
	fixed->flags = flag(event->left_earlier, CLONESHIM_TRACE_BEGIN_LEFT_EARLIER);
	fixed->vector_count = 0;
	fill_stack_request(fixed, &event->stack);
}

static void
fill_details(struct cloneshim_trace_call_begin *fixed, const struct call_details *details)
{
	fixed->flags |= CLONESHIM_TRACE_BEGIN_DETAILS | flag(details->vector_observed, CLONESHIM_TRACE_BEGIN_VECTOR) |
			flag(details->environment_observed, CLONESHIM_TRACE_BEGIN_ENVIRONMENT) |
			flag(details->actions_observed, CLONESHIM_TRACE_BEGIN_ACTIONS) |
			flag(details->attributes_observed, CLONESHIM_TRACE_BEGIN_ATTRIBUTES) |
			flag(details->sigevent_observed, CLONESHIM_TRACE_BEGIN_SIGEVENT) |
			flag(details->sigevent.has_attributes, CLONESHIM_TRACE_BEGIN_SIGEVENT_ATTRIBUTES);
	fixed->vector_count = details->vector_count;
	fixed->environment_count = details->environment_count;
	fixed->action_count = details->action_count;
	fixed->spawn_flags = details->attributes.flags;
	fixed->spawn_group = details->attributes.process_group;
	fixed->spawn_policy = details->attributes.policy;
	fixed->spawn_priority = details->attributes.priority;
	fixed->spawn_mask = details->attributes.signal_mask;
	fixed->spawn_default = details->attributes.signal_default;
	fixed->sigevent_notify = details->sigevent.notify;
	fixed->sigevent_signal = details->sigevent.signal;
	fixed->sigevent_tid = details->sigevent.tid;
	fixed->sigevent_function = details->sigevent.function.address;
}

static uint32_t
kept_elements(const struct call_details *details)
{
	return details->vector_count < EVENT_VECTOR_MAX ? details->vector_count : EVENT_VECTOR_MAX;
}

static void
put_details(struct trace_record *record, const struct cloneshim_trace_call_begin *fixed,
	    const struct call_details *details)
{
	trace_record_put(record, fixed, sizeof(*fixed));
	for (uint32_t i = 0; i < EVENT_STRINGS_MAX; i++)
		put_string(record, &details->strings[i]);
	for (uint32_t i = 0; i < kept_elements(details); i++)
		put_string(record, &details->vector[i]);
}

/* A function of its own: calls without details need less stack. */
static __attribute__((noinline)) void
write_with_details(const struct event_call_begin *event)
{
	struct cloneshim_trace_call_begin fixed = {0};
	struct trace_record record;

	trace_places_tell(event->details->sigevent.function.address, &event->head);
	fill_call_begin(&fixed, event);
	fill_details(&fixed, event->details);
	fixed.string_count = EVENT_STRINGS_MAX;
	fixed.record =
		sink_trace_record(&event->head, sizeof(fixed), EVENT_STRINGS_MAX + kept_elements(event->details));
	trace_record_measure(&record);
	put_details(&record, &fixed, event->details);
	if (!trace_record_reserve(&record))
		return;
	put_details(&record, &fixed, event->details);
	trace_record_commit(&record, CLONESHIM_TRACE_CALL_BEGIN);
}

static __attribute__((noinline)) void
write_without_details(const struct event_call_begin *event)
{
	struct cloneshim_trace_call_begin fixed;
	size_t length = offsetof(struct cloneshim_trace_call_begin, string_count);

	fill_call_begin(&fixed, event);
	fixed.record = sink_trace_record(&event->head, length, 0);
	write_fixed(&fixed, length, CLONESHIM_TRACE_CALL_BEGIN);
}

void
sink_trace_call_begin(const struct event_call_begin *event)
{
	trace_places_tell(event->caller.address, &event->head);
	trace_places_tell(event->start.address, &event->head);
	if (event->details != NULL)
		write_with_details(event);
	else
		write_without_details(event);
}

static void
fill_syscall(struct cloneshim_trace_syscall *fixed, const struct event_syscall *event)
{
	fixed->start_ns = event->start_ns;
	fixed->duration_ns = event->duration_ns;
	fixed->result = event->result;
	fixed->site = event->site.address;
	fixed->nr = event->nr;
	fixed->flags = flag(event->returned, CLONESHIM_TRACE_SYSCALL_RETURNED) |
		       flag(event->duration_observed, CLONESHIM_TRACE_SYSCALL_DURATION) |
		       flag(event->injected, CLONESHIM_TRACE_SYSCALL_INJECTED) |
		       flag(event->memory_observed, CLONESHIM_TRACE_SYSCALL_MEMORY) |
		       flag(event->memory_fault, CLONESHIM_TRACE_SYSCALL_MEMORY_FAULT) |
		       flag(event->set_tid_observed, CLONESHIM_TRACE_SYSCALL_SET_TID) |
		       flag(event->set_tid_fault, CLONESHIM_TRACE_SYSCALL_SET_TID_FAULT) |
		       flag(event->tail_nonzero, CLONESHIM_TRACE_SYSCALL_TAIL_NONZERO) |
		       flag(event->tail_fault, CLONESHIM_TRACE_SYSCALL_TAIL_FAULT) |
		       flag(event->parent_tid_fault, CLONESHIM_TRACE_SYSCALL_PARENT_TID_FAULT) |
		       flag(event->in_helper_thread, CLONESHIM_TRACE_SYSCALL_IN_HELPER) |
		       flag(event->pidfd_observed, CLONESHIM_TRACE_SYSCALL_PIDFD);
	memcpy(fixed->args, event->args, sizeof(fixed->args));
	fixed->pidfd = event->pidfd_observed ? event->pidfd : 0;
	fixed->helper_of = event->in_helper_thread ? (uint32_t)event->helper_of : 0;
}

/* How many elements of set_tid were read. */
static uint32_t
set_tid_count(const struct event_syscall *event)
{
	if (event->set_tid_observed)
		return (uint32_t)event->clone3.set_tid_size;
	return event->set_tid_fault ? event->set_tid_readable : 0;
}

static void
put_syscall(struct trace_record *record, const struct cloneshim_trace_syscall *fixed, const struct event_syscall *event)
{
	uint32_t count = set_tid_count(event);

	trace_record_put(record, fixed, fixed->record.fixed);
	trace_record_put_string(record, (const char *)event->set_tid, count * sizeof(event->set_tid[0]),
				flag(count == 0, CLONESHIM_TRACE_STRING_ABSENT));
	trace_record_put_string(record, (const char *)event->tail, event->tail_length,
				flag(event->tail_length == 0, CLONESHIM_TRACE_STRING_ABSENT));
}

static void
write_syscall(const struct event_syscall *event, bool has_clone_args)
{
	struct cloneshim_trace_syscall fixed;
	bool has_strings = has_clone_args && (set_tid_count(event) != 0 || event->tail_length != 0);
	size_t length = has_clone_args ? sizeof(fixed) : offsetof(struct cloneshim_trace_syscall, clone_args);
	struct trace_record record;

	fill_syscall(&fixed, event);
	if (has_clone_args)
		memcpy(fixed.clone_args, &event->clone3, sizeof(fixed.clone_args));
	fixed.record = sink_trace_record(&event->head, length, has_strings ? 2 : 0);
	if (!has_strings) {
		write_fixed(&fixed, length, CLONESHIM_TRACE_SYSCALL);
		return;
	}
	trace_record_measure(&record);
	put_syscall(&record, &fixed, event);
	if (!trace_record_reserve(&record))
		return;
	put_syscall(&record, &fixed, event);
	trace_record_commit(&record, CLONESHIM_TRACE_SYSCALL);
}

void
sink_trace_syscall(const struct event_syscall *event)
{
	trace_places_tell(event->site.address, &event->head);
	write_syscall(event, event->memory_observed);
}

void
sink_trace_path_syscall(const struct event_path_syscall *event)
{
	struct cloneshim_trace_path_syscall fixed;
	bool has_memory = event->before.is_observed || event->after.is_observed;
	size_t length = has_memory ? sizeof(fixed) : offsetof(struct cloneshim_trace_path_syscall, before);

	trace_places_tell(event->site.address, &event->head);
	fixed.record = sink_trace_record(&event->head, length, 0);
	fixed.start_ns = event->start_ns;
	fixed.duration_ns = event->duration_ns;
	fixed.result = event->result;
	fixed.site = event->site.address;
	fixed.nr = event->nr;
	fixed.flags = flag(event->returned, CLONESHIM_TRACE_PATH_RETURNED) |
		      flag(event->duration_observed, CLONESHIM_TRACE_PATH_DURATION) |
		      flag(event->before.is_observed, CLONESHIM_TRACE_PATH_BEFORE) |
		      flag(event->after.is_observed, CLONESHIM_TRACE_PATH_AFTER);
	memcpy(fixed.args, event->args, sizeof(fixed.args));
	memcpy(fixed.before, event->before.words, sizeof(fixed.before));
	memcpy(fixed.after, event->after.words, sizeof(fixed.after));
	write_fixed(&fixed, length, CLONESHIM_TRACE_PATH_SYSCALL);
}

static void
fill_call_end(struct cloneshim_trace_call_end *fixed, const struct event_call_end *event)
{
	*fixed = (struct cloneshim_trace_call_end){
		.start_ns = event->start_ns,
		.duration_ns = event->duration_ns,
		.result = event->result,
		.call = (uint32_t)event->call,
		.flags = flag(event->result_observed, CLONESHIM_TRACE_END_RESULT) |
			 flag(event->duration_observed, CLONESHIM_TRACE_END_DURATION) |
			 flag(event->asked_for_shell, CLONESHIM_TRACE_END_ASKED_FOR_SHELL) |
			 flag(event->syscall_observed, CLONESHIM_TRACE_END_SYSCALL) |
			 flag(event->child_is_thread, CLONESHIM_TRACE_END_THREAD) |
			 flag(event->stack.base_known, CLONESHIM_TRACE_END_STACK_BASE) |
			 flag(event->stack.guard_known, CLONESHIM_TRACE_END_STACK_GUARD),
		.error = event->error,
		.child = event->child,
		.stack_base = event->stack.base,
		.stack_size = event->stack.size,
		.stack_top = event->stack.top,
		.stack_guard = event->stack.guard,
		.begun_as_id = event->begun_as_id,
		.begun_pid = event->begun_pid,
		.stack_origin = (uint8_t)event->stack.origin,
		.unreturned = (uint8_t)event->unreturned,
	};
}

static size_t
string_room(const char *string)
{
	return 8 + (string != NULL ? (string_length(string) + 7) / 8 * 8 : 0);
}

void
sink_trace_call_end(const struct event_call_end *event)
{
	uint32_t strings = event->path_reason != NULL ? 2 : event->not_observed_reason != NULL;
	struct cloneshim_trace_call_end fixed;
	struct trace_record record;

	fill_call_end(&fixed, event);
	fixed.record = sink_trace_record(&event->head, sizeof(fixed), strings);
	record = (struct trace_record){.length = (uint32_t)sizeof(fixed)};
	if (strings > 0)
		record.length += (uint32_t)string_room(event->not_observed_reason);
	if (strings > 1)
		record.length += (uint32_t)string_room(event->path_reason);
	if (!trace_record_reserve(&record))
		return;
	trace_record_put(&record, &fixed, sizeof(fixed));
	if (strings > 0)
		put_optional(&record, event->not_observed_reason);
	if (strings > 1)
		put_optional(&record, event->path_reason);
	trace_record_commit(&record, CLONESHIM_TRACE_CALL_END);
}

void
sink_trace_child_ended(const struct event_child_ended *event)
{
	struct cloneshim_trace_ended fixed = {.record = sink_trace_record(&event->head, sizeof(fixed), 0),
					      .time_ns = event->time_ns,
					      .ended = event->child,
					      .flags = CLONESHIM_TRACE_ENDED_STATUS,
					      .wait_status = event->wait_status};

	write_fixed(&fixed, sizeof(fixed), CLONESHIM_TRACE_ENDED);
}

void
sink_trace_ended(const struct event_head *head)
{
	struct cloneshim_trace_ended fixed = {.record = sink_trace_record(head, sizeof(fixed), 0),
					      .time_ns = clock_ask_kernel_ns(),
					      .ended = head->pid};

	write_fixed(&fixed, sizeof(fixed), CLONESHIM_TRACE_ENDED);
}
