/* record_form.c: see record_form.h. */
#include "cli/record_form.h"

#include <stddef.h>

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

bool
record_is_known(enum cloneshim_trace_kind kind)
{
	return (size_t)kind < sizeof(least) / sizeof(least[0]) && least[kind].fixed != 0;
}

bool
record_is_event(enum cloneshim_trace_kind kind)
{
	return kind == CLONESHIM_TRACE_PROCESS || kind == CLONESHIM_TRACE_CALL_BEGIN ||
	       kind == CLONESHIM_TRACE_SYSCALL || kind == CLONESHIM_TRACE_PATH_SYSCALL ||
	       kind == CLONESHIM_TRACE_CALL_END || kind == CLONESHIM_TRACE_ENDED;
}

bool
record_is_long_enough(const struct trace_entry *entry)
{
	return entry->payload->fixed >= least[entry->kind].fixed &&
	       entry->payload->strings >= least[entry->kind].strings;
}
