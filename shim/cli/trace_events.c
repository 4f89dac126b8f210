/* trace_events.c: see trace_events.h. */
#include "cli/trace_events.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/places.h"

#define ARGV_KEPT EVENT_VECTOR_MAX

struct trace_events {
	struct trace_reader *reader;
	struct places *places;
	enum libc_call calls[CLONESHIM_TRACE_CALLS_MAX]; /* the trace's numbers in this cloneshim's */
	uint64_t untaken;                                /* records that contradict themselves, or of unknown calls */
	/* What the present event points at. */
	char *text;
	size_t text_size, text_used;
	const char **arguments;
	size_t arguments_room;
	struct event_string argv[ARGV_KEPT];
};

/* A fixed part of the size that this cloneshim knows, zeros in what the record lacks. */
#define TAKE_FIXED(entry, fixed)                                                                   \
	do {                                                                                       \
		size_t size_ = (entry)->payload->fixed;                                            \
		memset(&(fixed), 0, sizeof(fixed));                                                \
		memcpy(&(fixed), (entry)->payload, size_ < sizeof(fixed) ? size_ : sizeof(fixed)); \
	} while (0)

static bool
has(uint32_t flags, uint32_t flag)
{
	return (flags & flag) != 0;
}

/* What a record of version 1 is at least: of its fixed part, and strings. */
static const struct {
	uint16_t fixed, strings;
} least[] = {
	[CLONESHIM_TRACE_PROCESS] = {sizeof(struct cloneshim_trace_process), 5 + CLONESHIM_TRACE_LEFT_ALONE_MAX},
	[CLONESHIM_TRACE_MODULE] = {sizeof(struct cloneshim_trace_module), 2},
	[CLONESHIM_TRACE_LOCATION] = {sizeof(struct cloneshim_trace_location), 2},
	[CLONESHIM_TRACE_CALL_BEGIN] = {offsetof(struct cloneshim_trace_call_begin, string_count), 0},
	[CLONESHIM_TRACE_SYSCALL] = {offsetof(struct cloneshim_trace_syscall, clone_args), 0},
	[CLONESHIM_TRACE_CALL_END] = {sizeof(struct cloneshim_trace_call_end), 0},
	[CLONESHIM_TRACE_ENDED] = {sizeof(struct cloneshim_trace_ended), 0},
	[CLONESHIM_TRACE_PATH_SYSCALL] = {offsetof(struct cloneshim_trace_path_syscall, before), 0},
};

/* Kinds that a later cloneshim adds are none that this one could tell of. */
static bool
is_known(enum cloneshim_trace_kind kind)
{
	return (size_t)kind < sizeof(least) / sizeof(least[0]) && least[kind].fixed != 0;
}

/* A record that is shorter than its kind would say 0 where nothing was recorded. */
static bool
is_long_enough(const struct trace_entry *entry)
{
	return entry->payload->fixed >= least[entry->kind].fixed &&
	       entry->payload->strings >= least[entry->kind].strings;
}

static const char *
keep_next(struct trace_events *events, struct trace_strings *strings)
{
	uint32_t length, flags;
	const char *bytes = trace_strings_next(strings, &length, &flags);

	return bytes != NULL ? places_keep_string(events->places, bytes, length) : NULL;
}

static void
collect_process(struct trace_events *events, const struct trace_entry *entry)
{
	struct cloneshim_trace_process fixed;

	TAKE_FIXED(entry, fixed);
	if (fixed.kind == CLONESHIM_TRACE_COPIED && fixed.record.memory == entry->slot)
		places_add_memory(events->places, fixed.record.memory, fixed.copied_memory);
}

static void
collect_module(struct trace_events *events, const struct trace_entry *entry)
{
	struct cloneshim_trace_module fixed;
	struct trace_strings strings;
	struct trace_module module;
	const char *build_id;
	uint32_t flags;

	TAKE_FIXED(entry, fixed);
	trace_strings_start(&strings, entry);
	module = (struct trace_module){.base = fixed.base,
				       .start = fixed.start,
				       .end = fixed.end,
				       .memory = fixed.record.memory,
				       .slot = entry->slot,
				       .time_ns = fixed.time_ns};
	module.path = keep_next(events, &strings);
	build_id = trace_strings_next(&strings, &module.build_id_length, &flags);
	if (build_id != NULL)
		module.build_id = (const uint8_t *)places_keep_string(events->places, build_id, module.build_id_length);
	places_add_module(events->places, &module);
}

static void
collect_location(struct trace_events *events, const struct trace_entry *entry)
{
	struct cloneshim_trace_location fixed;
	struct code_location location;
	struct trace_strings strings;

	TAKE_FIXED(entry, fixed);
	trace_strings_start(&strings, entry);
	location = (struct code_location){.address = fixed.address};
	location.module = keep_next(events, &strings);
	location.symbol = keep_next(events, &strings);
	if (location.module != NULL)
		location.offset = fixed.offset;
	if (location.symbol != NULL)
		location.symbol_offset = fixed.symbol_offset;
	places_add_location(events->places, fixed.record.memory, entry->slot, &location);
}

static void
collect_places(struct trace_events *events)
{
	struct trace_entry entry;

	while (trace_reader_next(events->reader, &entry)) {
		if (!is_known(entry.kind) || !is_long_enough(&entry))
			continue;
		if (entry.kind == CLONESHIM_TRACE_PROCESS)
			collect_process(events, &entry);
		else if (entry.kind == CLONESHIM_TRACE_MODULE)
			collect_module(events, &entry);
		else if (entry.kind == CLONESHIM_TRACE_LOCATION)
			collect_location(events, &entry);
	}
	places_seal(events->places);
	trace_reader_rewind(events->reader);
}

/* LIBC_CALL_COUNT: this cloneshim does not know it. */
static enum libc_call
call_by_name(const char *name, size_t size)
{
	for (int call = 0; call < LIBC_CALL_COUNT; call++)
		if (strncmp(libc_call_info((enum libc_call)call)->name, name, size) == 0)
			return (enum libc_call)call;
	return LIBC_CALL_COUNT;
}

static void
map_calls(struct trace_events *events)
{
	const struct cloneshim_trace_header *header = trace_reader_header(events->reader);

	for (uint32_t i = 0; i < CLONESHIM_TRACE_CALLS_MAX; i++)
		events->calls[i] = i < header->call_count ? call_by_name(header->calls[i], sizeof(header->calls[i]))
							  : LIBC_CALL_COUNT;
}

static struct trace_events *
start(struct trace_reader *reader, char *why, size_t size)
{
	struct trace_events *events;

	if (reader == NULL)
		return NULL;
	events = calloc(1, sizeof(*events));
	if (events != NULL)
		*events = (struct trace_events){.reader = reader, .places = places_new()};
	if (events == NULL || events->places == NULL) {
		snprintf(why, size, "out of memory");
		trace_reader_close(reader);
		free(events);
		return NULL;
	}
	map_calls(events);
	collect_places(events);
	return events;
}

struct trace_events *
trace_events_open(const char *path, char *why, size_t size)
{
	return start(trace_reader_open(path, why, size), why, size);
}

struct trace_events *
trace_events_open_memory(const void *bytes, size_t length, char *why, size_t size)
{
	return start(trace_reader_open_memory(bytes, length, why, size), why, size);
}

void
trace_events_close(struct trace_events *events)
{
	if (events == NULL)
		return;
	trace_reader_close(events->reader);
	places_free(events->places);
	free(events->text);
	free(events->arguments);
	free(events);
}

void
trace_events_rewind(struct trace_events *events)
{
	trace_reader_rewind(events->reader);
	events->untaken = 0;
}

struct trace_reader *
trace_events_reader(struct trace_events *events)
{
	return events->reader;
}

void
trace_events_damage(const struct trace_events *events, struct trace_damage *damage)
{
	trace_reader_damage(events->reader, damage);
	damage->damaged += events->untaken;
}

uint64_t
trace_events_original(const struct trace_events *events, uint64_t memory)
{
	return places_original(events->places, memory);
}

void
trace_events_locate(struct trace_events *events, uint64_t memory, uint64_t address, uint64_t slot,
		    struct code_location *location)
{
	const struct code_location *found = NULL;

	*location = (struct code_location){.address = address};
	if (address != 0)
		found = places_locate(events->places, memory, address, slot);
	if (found != NULL)
		*location = *found;
}

const struct trace_module *
trace_events_module(struct trace_events *events, uint64_t memory, uint64_t address, uint64_t slot)
{
	return places_module(events->places, memory, address, slot);
}

/* Makes room for all strings of a record, each with a NUL behind it. */
static bool
make_room(struct trace_events *events, const struct trace_entry *entry)
{
	size_t size = (size_t)entry->length + entry->payload->strings + 1,
	       arguments = (size_t)entry->payload->strings + 1;

	events->text_used = 0;
	if (size > events->text_size) {
		char *larger = realloc(events->text, size);

		if (larger == NULL)
			return false;
		events->text = larger;
		events->text_size = size;
	}
	if (arguments > events->arguments_room) {
		const char **larger = reallocarray(events->arguments, arguments, sizeof(*larger));

		if (larger == NULL)
			return false;
		events->arguments = larger;
		events->arguments_room = arguments;
	}
	return true;
}

/* The next string, with a NUL behind it; NULL: absent. */
static const char *
copy_next(struct trace_events *events, struct trace_strings *strings, uint32_t *length, uint32_t *flags)
{
	const char *bytes = trace_strings_next(strings, length, flags);
	char *copy = events->text + events->text_used;

	if (bytes == NULL)
		return NULL;
	memcpy(copy, bytes, *length);
	copy[*length] = '\0';
	events->text_used += (size_t)*length + 1;
	return copy;
}

static const char *
copy_plain(struct trace_events *events, struct trace_strings *strings)
{
	uint32_t length, flags;

	return copy_next(events, strings, &length, &flags);
}

static void
take_head(const struct cloneshim_trace_record *record, struct event_head *head)
{
	*head = (struct event_head){
		.pid = record->pid, .tid = record->tid, .call_id = record->call_id, .depth = record->depth};
}

static void
take_argv(struct trace_events *events, struct trace_strings *strings, struct event_process *process)
{
	size_t count = 0;
	uint32_t length, flags;
	const char *argument;

	while ((argument = copy_next(events, strings, &length, &flags)) != NULL) {
		if (count < ARGV_KEPT)
			events->argv[count] = (struct event_string){
				.bytes = argument,
				.length = length < EVENT_STRING_MAX ? length : EVENT_STRING_MAX,
				.is_observed = true,
				.is_cut = length > EVENT_STRING_MAX,
			};
		events->arguments[count++] = argument;
	}
	events->arguments[count] = NULL;
	process->argv = events->argv;
	process->whole_argv = events->arguments;
	if (count < process->argv_count && count < ARGV_KEPT)
		process->argv_observed = false;
}

static void
take_sites(struct trace_events *events, const struct cloneshim_trace_process *fixed, struct trace_event *event)
{
	struct event_process *process = &event->as.process;

	process->site_count = fixed->site_count;
	process->left_alone_count = fixed->left_alone_count;
	for (uint32_t i = 0; i < EVENT_SITES_MAX; i++) {
		process->sites[i].nr = (uint32_t)fixed->sites[i].nr;
		trace_events_locate(events, event->memory, fixed->sites[i].address, event->slot, &process->sites[i].at);
	}
	for (uint32_t i = 0; i < EVENT_LEFT_ALONE_MAX; i++) {
		process->left_alone[i].nr = (uint32_t)fixed->left_alone[i].nr;
		trace_events_locate(events, event->memory, fixed->left_alone[i].address, event->slot,
				    &process->left_alone[i].at);
	}
}

static bool
take_process(struct trace_events *events, const struct trace_entry *entry, struct trace_event *event)
{
	struct event_process *process = &event->as.process;
	struct cloneshim_trace_process fixed;
	struct trace_strings strings;

	TAKE_FIXED(entry, fixed);
	if (fixed.kind > CLONESHIM_TRACE_COPIED ||
	    (fixed.kind != CLONESHIM_TRACE_OPENED && fixed.record.memory != entry->slot))
		return false;
	memset(process, 0, sizeof(*process));
	take_head(&fixed.record, &process->head);
	process->kind = fixed.kind == CLONESHIM_TRACE_LOADED   ? PROCESS_LOADED
			: fixed.kind == CLONESHIM_TRACE_OPENED ? PROCESS_MODULE
							       : PROCESS_COPIED;
	process->copied_from = fixed.copied_from;
	process->ppid = fixed.ppid;
	process->time_ns = fixed.time_ns;
	process->argv_observed = has(fixed.flags, CLONESHIM_TRACE_PROCESS_ARGV_OBSERVED);
	process->argv_count = fixed.argv_count;
	take_sites(events, &fixed, event);
	trace_strings_start(&strings, entry);
	process->exe = copy_plain(events, &strings);
	process->libc = copy_plain(events, &strings);
	process->probe = copy_plain(events, &strings);
	process->probe_reason = copy_plain(events, &strings);
	process->inject = copy_plain(events, &strings);
	for (uint32_t i = 0; i < EVENT_LEFT_ALONE_MAX; i++) {
		const char *why = copy_plain(events, &strings);

		process->left_alone[i].why = why != NULL ? why : "not told";
	}
	process->path_is_full = has(fixed.flags, CLONESHIM_TRACE_PROCESS_PATH_FULL);
	if (has(fixed.flags, CLONESHIM_TRACE_PROCESS_PATH_REASON))
		process->path_reason = copy_plain(events, &strings);
	take_argv(events, &strings, process);
	return true;
}

static void
take_stack_request(const struct cloneshim_trace_call_begin *fixed, struct stack_request *stack)
{
	*stack = (struct stack_request){
		.kind = fixed->stack_kind == 1   ? STACK_REQUEST_DEFAULT
			: fixed->stack_kind == 2 ? STACK_REQUEST_GIVEN
						 : STACK_REQUEST_NONE,
		.address_set = has(fixed->flags, CLONESHIM_TRACE_BEGIN_STACK_ADDRESS),
		.size_set = has(fixed->flags, CLONESHIM_TRACE_BEGIN_STACK_SIZE),
		.guard_set = has(fixed->flags, CLONESHIM_TRACE_BEGIN_STACK_GUARD),
		.top_only = has(fixed->flags, CLONESHIM_TRACE_BEGIN_TOP_ONLY),
		.detached = has(fixed->flags, CLONESHIM_TRACE_BEGIN_DETACHED),
		.scheduling_set = has(fixed->flags, CLONESHIM_TRACE_BEGIN_SCHEDULING),
		.affinity_set = has(fixed->flags, CLONESHIM_TRACE_BEGIN_AFFINITY),
		.affinity_cut = has(fixed->flags, CLONESHIM_TRACE_BEGIN_AFFINITY_CUT),
		.address = fixed->stack_address,
		.size = fixed->stack_size,
		.guard = fixed->stack_guard,
		.policy = fixed->policy,
		.priority = fixed->priority,
		.affinity = fixed->affinity,
	};
}

static void
take_string(struct trace_events *events, struct trace_strings *strings, struct event_string *string)
{
	uint32_t length, flags;

	string->bytes = copy_next(events, strings, &length, &flags);
	string->length = length < EVENT_STRING_MAX ? length : EVENT_STRING_MAX;
	string->is_observed = !has(flags, CLONESHIM_TRACE_STRING_UNREADABLE);
	string->is_cut = has(flags, CLONESHIM_TRACE_STRING_CUT) || length > EVENT_STRING_MAX;
}

static void
take_values(struct trace_events *events, const struct cloneshim_trace_call_begin *fixed, struct trace_event *event)
{
	struct call_details *details = &event->details;

	*details = (struct call_details){
		.vector_count = fixed->vector_count,
		.environment_count = fixed->environment_count,
		.action_count = fixed->action_count,
		.vector_observed = has(fixed->flags, CLONESHIM_TRACE_BEGIN_VECTOR),
		.environment_observed = has(fixed->flags, CLONESHIM_TRACE_BEGIN_ENVIRONMENT),
		.actions_observed = has(fixed->flags, CLONESHIM_TRACE_BEGIN_ACTIONS),
		.attributes_observed = has(fixed->flags, CLONESHIM_TRACE_BEGIN_ATTRIBUTES),
		.sigevent_observed = has(fixed->flags, CLONESHIM_TRACE_BEGIN_SIGEVENT),
		.attributes = {.flags = fixed->spawn_flags,
			       .process_group = fixed->spawn_group,
			       .policy = fixed->spawn_policy,
			       .priority = fixed->spawn_priority,
			       .signal_mask = fixed->spawn_mask,
			       .signal_default = fixed->spawn_default},
		.sigevent = {.notify = fixed->sigevent_notify,
			     .signal = fixed->sigevent_signal,
			     .tid = fixed->sigevent_tid,
			     .has_attributes = has(fixed->flags, CLONESHIM_TRACE_BEGIN_SIGEVENT_ATTRIBUTES)},
	};
	trace_events_locate(events, event->memory, fixed->sigevent_function, event->slot, &details->sigevent.function);
}

/* False: strings are missing, or what the flags announce. */
static bool
holds_details(const struct trace_entry *entry, const struct cloneshim_trace_call_begin *fixed)
{
	uint64_t kept = fixed->vector_count < EVENT_VECTOR_MAX ? fixed->vector_count : EVENT_VECTOR_MAX;

	return entry->payload->fixed >= sizeof(*fixed) && entry->payload->strings >= fixed->string_count + kept;
}

static void
take_details(struct trace_events *events, const struct trace_entry *entry,
	     const struct cloneshim_trace_call_begin *fixed, struct trace_event *event)
{
	struct call_details *details = &event->details;
	struct event_string unknown;
	struct trace_strings strings;

	take_values(events, fixed, event);
	trace_strings_start(&strings, entry);
	for (uint32_t i = 0; i < fixed->string_count; i++)
		take_string(events, &strings, i < EVENT_STRINGS_MAX ? &details->strings[i] : &unknown);
	for (uint32_t i = 0; i < details->vector_count && i < EVENT_VECTOR_MAX; i++)
		take_string(events, &strings, &details->vector[i]);
	event->as.begin.details = details;
}

static bool
take_call_begin(struct trace_events *events, const struct trace_entry *entry, struct trace_event *event)
{
	struct event_call_begin *begin = &event->as.begin;
	struct cloneshim_trace_call_begin fixed;

	TAKE_FIXED(entry, fixed);
	memset(begin, 0, sizeof(*begin));
	take_head(&fixed.record, &begin->head);
	if (fixed.call >= CLONESHIM_TRACE_CALLS_MAX || events->calls[fixed.call] == LIBC_CALL_COUNT)
		return false;
	begin->call = events->calls[fixed.call];
	begin->time_ns = fixed.time_ns;
	begin->frame_address = fixed.frame_address;
	begin->left_earlier = has(fixed.flags, CLONESHIM_TRACE_BEGIN_LEFT_EARLIER);
	memcpy(begin->args, fixed.args, sizeof(begin->args));
	trace_events_locate(events, event->memory, fixed.caller, event->slot, &begin->caller);
	trace_events_locate(events, event->memory, fixed.start, event->slot, &begin->start);
	take_stack_request(&fixed, &begin->stack);
	if (!has(fixed.flags, CLONESHIM_TRACE_BEGIN_DETAILS))
		return true;
	if (!holds_details(entry, &fixed))
		return false;
	take_details(events, entry, &fixed, event);
	return true;
}

static void
take_clone_args(const struct trace_entry *entry, const struct cloneshim_trace_syscall *fixed,
		struct event_syscall *syscall)
{
	struct trace_strings strings;
	uint32_t length, flags;
	const char *bytes;

	memcpy(&syscall->clone3, fixed->clone_args, sizeof(syscall->clone3));
	trace_strings_start(&strings, entry);
	bytes = trace_strings_next(&strings, &length, &flags);
	if (bytes != NULL && length <= sizeof(syscall->set_tid)) {
		memcpy(syscall->set_tid, bytes, length);
		syscall->set_tid_readable = (uint8_t)(length / sizeof(syscall->set_tid[0]));
	}
	bytes = trace_strings_next(&strings, &length, &flags);
	if (bytes != NULL && length <= sizeof(syscall->tail)) {
		memcpy(syscall->tail, bytes, length);
		syscall->tail_length = (uint8_t)length;
	}
}

static bool
take_syscall(struct trace_events *events, const struct trace_entry *entry, struct trace_event *event)
{
	struct event_syscall *syscall = &event->as.syscall;
	struct cloneshim_trace_syscall fixed;

	TAKE_FIXED(entry, fixed);
	memset(syscall, 0, sizeof(*syscall));
	take_head(&fixed.record, &syscall->head);
	if (has(fixed.flags, CLONESHIM_TRACE_SYSCALL_MEMORY) && entry->payload->fixed < sizeof(fixed))
		return false;
	if (has(fixed.flags, CLONESHIM_TRACE_SYSCALL_IN_HELPER) &&
	    (fixed.helper_of >= CLONESHIM_TRACE_CALLS_MAX || events->calls[fixed.helper_of] == LIBC_CALL_COUNT))
		return false;
	syscall->nr = fixed.nr;
	syscall->returned = has(fixed.flags, CLONESHIM_TRACE_SYSCALL_RETURNED);
	syscall->duration_observed = has(fixed.flags, CLONESHIM_TRACE_SYSCALL_DURATION);
	syscall->injected = has(fixed.flags, CLONESHIM_TRACE_SYSCALL_INJECTED);
	syscall->memory_observed = has(fixed.flags, CLONESHIM_TRACE_SYSCALL_MEMORY);
	syscall->memory_fault = has(fixed.flags, CLONESHIM_TRACE_SYSCALL_MEMORY_FAULT);
	syscall->set_tid_observed = has(fixed.flags, CLONESHIM_TRACE_SYSCALL_SET_TID);
	syscall->set_tid_fault = has(fixed.flags, CLONESHIM_TRACE_SYSCALL_SET_TID_FAULT);
	syscall->tail_nonzero = has(fixed.flags, CLONESHIM_TRACE_SYSCALL_TAIL_NONZERO);
	syscall->tail_fault = has(fixed.flags, CLONESHIM_TRACE_SYSCALL_TAIL_FAULT);
	syscall->parent_tid_fault = has(fixed.flags, CLONESHIM_TRACE_SYSCALL_PARENT_TID_FAULT);
	syscall->in_helper_thread = has(fixed.flags, CLONESHIM_TRACE_SYSCALL_IN_HELPER);
	syscall->pidfd_observed = has(fixed.flags, CLONESHIM_TRACE_SYSCALL_PIDFD);
	syscall->helper_of = syscall->in_helper_thread ? events->calls[fixed.helper_of] : 0;
	memcpy(syscall->args, fixed.args, sizeof(syscall->args));
	syscall->pidfd = fixed.pidfd;
	syscall->result = fixed.result;
	syscall->start_ns = fixed.start_ns;
	syscall->duration_ns = fixed.duration_ns;
	take_clone_args(entry, &fixed, syscall);
	if (syscall->set_tid_observed && syscall->clone3.set_tid_size > syscall->set_tid_readable)
		syscall->set_tid_observed = false;
	trace_events_locate(events, event->memory, fixed.site, event->slot, &syscall->site);
	return true;
}

static bool
take_path_syscall(struct trace_events *events, const struct trace_entry *entry, struct trace_event *event)
{
	struct event_path_syscall *syscall = &event->as.path_syscall;
	struct cloneshim_trace_path_syscall fixed;

	TAKE_FIXED(entry, fixed);
	memset(syscall, 0, sizeof(*syscall));
	take_head(&fixed.record, &syscall->head);
	syscall->nr = fixed.nr;
	syscall->returned = has(fixed.flags, CLONESHIM_TRACE_PATH_RETURNED);
	syscall->duration_observed = has(fixed.flags, CLONESHIM_TRACE_PATH_DURATION);
	syscall->before.is_observed = has(fixed.flags, CLONESHIM_TRACE_PATH_BEFORE);
	syscall->after.is_observed = has(fixed.flags, CLONESHIM_TRACE_PATH_AFTER);
	memcpy(syscall->args, fixed.args, sizeof(syscall->args));
	memcpy(syscall->before.words, fixed.before, sizeof(fixed.before));
	memcpy(syscall->after.words, fixed.after, sizeof(fixed.after));
	syscall->result = fixed.result;
	syscall->start_ns = fixed.start_ns;
	syscall->duration_ns = fixed.duration_ns;
	trace_events_locate(events, event->memory, fixed.site, event->slot, &syscall->site);
	return true;
}

static bool
take_call_end(struct trace_events *events, const struct trace_entry *entry, struct trace_event *event)
{
	struct event_call_end *end = &event->as.end;
	struct cloneshim_trace_call_end fixed;
	struct trace_strings strings;

	TAKE_FIXED(entry, fixed);
	memset(end, 0, sizeof(*end));
	take_head(&fixed.record, &end->head);
	if (fixed.call >= CLONESHIM_TRACE_CALLS_MAX || events->calls[fixed.call] == LIBC_CALL_COUNT ||
	    fixed.stack_origin > STACK_COPY || fixed.unreturned > UNRETURNED_LEFT)
		return false;
	end->call = events->calls[fixed.call];
	end->result_observed = has(fixed.flags, CLONESHIM_TRACE_END_RESULT);
	end->unreturned = fixed.unreturned;
	end->duration_observed = has(fixed.flags, CLONESHIM_TRACE_END_DURATION);
	end->asked_for_shell = has(fixed.flags, CLONESHIM_TRACE_END_ASKED_FOR_SHELL);
	end->syscall_observed = has(fixed.flags, CLONESHIM_TRACE_END_SYSCALL);
	end->child_is_thread = has(fixed.flags, CLONESHIM_TRACE_END_THREAD);
	end->result = fixed.result;
	end->error = fixed.error;
	end->child = fixed.child;
	end->start_ns = fixed.start_ns;
	end->duration_ns = fixed.duration_ns;
	end->begun_pid = fixed.begun_pid;
	end->begun_as_id = fixed.begun_as_id;
	end->stack = (struct stack_actual){.origin = (enum stack_origin)fixed.stack_origin,
					   .base_known = has(fixed.flags, CLONESHIM_TRACE_END_STACK_BASE),
					   .guard_known = has(fixed.flags, CLONESHIM_TRACE_END_STACK_GUARD),
					   .base = fixed.stack_base,
					   .size = fixed.stack_size,
					   .top = fixed.stack_top,
					   .guard = fixed.stack_guard};
	trace_strings_start(&strings, entry);
	end->not_observed_reason = copy_plain(events, &strings);
	end->path_reason = copy_plain(events, &strings);
	return true;
}

static bool
take_ended(const struct trace_entry *entry, struct trace_event *event)
{
	struct trace_ended *ended = &event->as.ended;
	struct cloneshim_trace_ended fixed;

	TAKE_FIXED(entry, fixed);
	*ended = (struct trace_ended){.time_ns = fixed.time_ns,
				      .ended = fixed.ended,
				      .status_known = has(fixed.flags, CLONESHIM_TRACE_ENDED_STATUS),
				      .by_run = has(fixed.flags, CLONESHIM_TRACE_ENDED_BY_RUN),
				      .wait_status = fixed.wait_status};
	take_head(&fixed.record, &ended->head);
	return true;
}

/* False: the record contradicts itself, or is of a call that is not known. */
static bool
take(struct trace_events *events, const struct trace_entry *entry, struct trace_event *event)
{
	event->kind = entry->kind;
	event->slot = entry->slot;
	event->memory = entry->payload->memory;
	switch (entry->kind) {
	case CLONESHIM_TRACE_PROCESS:
		return take_process(events, entry, event);
	case CLONESHIM_TRACE_CALL_BEGIN:
		return take_call_begin(events, entry, event);
	case CLONESHIM_TRACE_SYSCALL:
		return take_syscall(events, entry, event);
	case CLONESHIM_TRACE_PATH_SYSCALL:
		return take_path_syscall(events, entry, event);
	case CLONESHIM_TRACE_CALL_END:
		return take_call_end(events, entry, event);
	default:
		return take_ended(entry, event);
	}
}

static bool
is_event(enum cloneshim_trace_kind kind)
{
	return kind == CLONESHIM_TRACE_PROCESS || kind == CLONESHIM_TRACE_CALL_BEGIN ||
	       kind == CLONESHIM_TRACE_SYSCALL || kind == CLONESHIM_TRACE_PATH_SYSCALL ||
	       kind == CLONESHIM_TRACE_CALL_END || kind == CLONESHIM_TRACE_ENDED;
}

bool
trace_events_next(struct trace_events *events, struct trace_event *event)
{
	struct trace_entry entry;

	while (trace_reader_next(events->reader, &entry)) {
		if (!is_known(entry.kind) || (is_long_enough(&entry) && !is_event(entry.kind)))
			continue;
		if (is_long_enough(&entry) && make_room(events, &entry) && take(events, &entry, event))
			return true;
		events->untaken++;
	}
	return false;
}

uint64_t
trace_event_time(const struct trace_event *event)
{
	switch (event->kind) {
	case CLONESHIM_TRACE_PROCESS:
		return event->as.process.time_ns;
	case CLONESHIM_TRACE_CALL_BEGIN:
		return event->as.begin.time_ns;
	case CLONESHIM_TRACE_SYSCALL:
		return event->as.syscall.start_ns;
	case CLONESHIM_TRACE_PATH_SYSCALL:
		return event->as.path_syscall.start_ns;
	case CLONESHIM_TRACE_CALL_END:
		return event->as.end.start_ns;
	case CLONESHIM_TRACE_ENDED:
		return event->as.ended.time_ns;
	default:
		return 0;
	}
}

const struct event_head *
trace_event_head(const struct trace_event *event)
{
	switch (event->kind) {
	case CLONESHIM_TRACE_CALL_BEGIN:
		return &event->as.begin.head;
	case CLONESHIM_TRACE_SYSCALL:
		return &event->as.syscall.head;
	case CLONESHIM_TRACE_PATH_SYSCALL:
		return &event->as.path_syscall.head;
	case CLONESHIM_TRACE_CALL_END:
		return &event->as.end.head;
	case CLONESHIM_TRACE_ENDED:
		return &event->as.ended.head;
	default:
		return &event->as.process.head;
	}
}
