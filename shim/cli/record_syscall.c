/* record_syscall.c: see record_event.h: system calls. */
#include <string.h>

#include "cli/record_event.h"
#include "cli/record_form.h"

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

bool
record_take_syscall(struct record_source *source, const struct trace_entry *entry, struct trace_event *event)
{
	struct event_syscall *syscall = &event->as.syscall;
	struct cloneshim_trace_syscall fixed;

	RECORD_FIXED(entry, fixed);
	memset(syscall, 0, sizeof(*syscall));
	record_head(&fixed.record, &syscall->head);
	if (record_has(fixed.flags, CLONESHIM_TRACE_SYSCALL_MEMORY) && entry->payload->fixed < sizeof(fixed))
		return false;
	if (record_has(fixed.flags, CLONESHIM_TRACE_SYSCALL_IN_HELPER) &&
	    (fixed.helper_of >= CLONESHIM_TRACE_CALLS_MAX || source->calls[fixed.helper_of] == LIBC_CALL_COUNT))
		return false;
	syscall->nr = fixed.nr;
	syscall->returned = record_has(fixed.flags, CLONESHIM_TRACE_SYSCALL_RETURNED);
	syscall->duration_observed = record_has(fixed.flags, CLONESHIM_TRACE_SYSCALL_DURATION);
	syscall->injected = record_has(fixed.flags, CLONESHIM_TRACE_SYSCALL_INJECTED);
	syscall->memory_observed = record_has(fixed.flags, CLONESHIM_TRACE_SYSCALL_MEMORY);
	syscall->memory_fault = record_has(fixed.flags, CLONESHIM_TRACE_SYSCALL_MEMORY_FAULT);
	syscall->set_tid_observed = record_has(fixed.flags, CLONESHIM_TRACE_SYSCALL_SET_TID);
	syscall->set_tid_fault = record_has(fixed.flags, CLONESHIM_TRACE_SYSCALL_SET_TID_FAULT);
	syscall->tail_nonzero = record_has(fixed.flags, CLONESHIM_TRACE_SYSCALL_TAIL_NONZERO);
	syscall->tail_fault = record_has(fixed.flags, CLONESHIM_TRACE_SYSCALL_TAIL_FAULT);
	syscall->parent_tid_fault = record_has(fixed.flags, CLONESHIM_TRACE_SYSCALL_PARENT_TID_FAULT);
	syscall->in_helper_thread = record_has(fixed.flags, CLONESHIM_TRACE_SYSCALL_IN_HELPER);
	syscall->pidfd_observed = record_has(fixed.flags, CLONESHIM_TRACE_SYSCALL_PIDFD);
	syscall->helper_of = syscall->in_helper_thread ? source->calls[fixed.helper_of] : 0;
	memcpy(syscall->args, fixed.args, sizeof(syscall->args));
	syscall->pidfd = fixed.pidfd;
	syscall->result = fixed.result;
	syscall->start_ns = fixed.start_ns;
	syscall->duration_ns = fixed.duration_ns;
	take_clone_args(entry, &fixed, syscall);
	if (syscall->set_tid_observed && syscall->clone3.set_tid_size > syscall->set_tid_readable)
		syscall->set_tid_observed = false;
	record_locate(source, event, fixed.site, &syscall->site);
	return true;
}

bool
record_take_path_syscall(struct record_source *source, const struct trace_entry *entry, struct trace_event *event)
{
	struct event_path_syscall *syscall = &event->as.path_syscall;
	struct cloneshim_trace_path_syscall fixed;

	RECORD_FIXED(entry, fixed);
	memset(syscall, 0, sizeof(*syscall));
	record_head(&fixed.record, &syscall->head);
	syscall->nr = fixed.nr;
	syscall->returned = record_has(fixed.flags, CLONESHIM_TRACE_PATH_RETURNED);
	syscall->duration_observed = record_has(fixed.flags, CLONESHIM_TRACE_PATH_DURATION);
	syscall->before.is_observed = record_has(fixed.flags, CLONESHIM_TRACE_PATH_BEFORE);
	syscall->after.is_observed = record_has(fixed.flags, CLONESHIM_TRACE_PATH_AFTER);
	memcpy(syscall->args, fixed.args, sizeof(syscall->args));
	memcpy(syscall->before.words, fixed.before, sizeof(fixed.before));
	memcpy(syscall->after.words, fixed.after, sizeof(fixed.after));
	syscall->result = fixed.result;
	syscall->start_ns = fixed.start_ns;
	syscall->duration_ns = fixed.duration_ns;
	record_locate(source, event, fixed.site, &syscall->site);
	return true;
}
