/* summary_figures.c: see summary_figures.h. */
#include "cli/summary_figures.h"

#include <string.h>
#include <threads.h>

#include "decode/names.h"

static void
add_step(struct summary_path *path, bool is_call, uint32_t what)
{
	struct summary_step *last = path->count > 0 ? &path->steps[path->count - 1] : NULL;

	if (last != NULL && last->is_call == is_call && last->what == what && !path->is_cut)
		last->times++;
	else if (path->count < SUMMARY_STEPS_MAX)
		path->steps[path->count++] = (struct summary_step){is_call, what, 1};
	else
		path->is_cut = true;
}

void
summary_path_of(struct summary_path *path, const struct call_under_way *call)
{
	bool creates = call->call != LIBC_CALL_COUNT && libc_call_info(call->call)->creation == CREATES;

	*path = (struct summary_path){0};
	for (uint32_t i = 0; i < call->syscall_count; i++)
		add_step(path, false, call->syscalls[i].nr);
	if (path->count == 0 && (call->end.syscall_observed || !call->has_ended))
		for (uint32_t i = 0; i < call->nested_count; i++)
			add_step(path, true, call->nested[i]);
	path->not_recorded = path->count == 0 && call->end.syscall_observed;
	path->not_observed =
		path->count == 0 && !call->end.syscall_observed && (creates || call->end.not_observed_reason != NULL);
}

void
summary_path_of_syscall(struct summary_path *path, uint32_t nr)
{
	*path = (struct summary_path){0};
	add_step(path, false, nr);
}

const char *
summary_syscall_error(const struct call_syscall *syscall)
{
	const char *name;

	if (!syscall->returned || syscall->result >= 0 || syscall->result < -4095)
		return NULL;
	name = names_errno((int)-syscall->result);
	return name != NULL ? name : "unknown errno";
}

/* The last place takes whatever there is no place for. */
void
summary_errors_add(struct summary_errors *errors, const char *name)
{
	errors->all++;
	for (uint32_t i = 0; i < errors->count; i++)
		if (strcmp(errors->each[i].name, name) == 0 || i == SUMMARY_ERRORS_MAX - 1) {
			errors->each[i].count++;
			return;
		}
	errors->each[errors->count].name = errors->count == SUMMARY_ERRORS_MAX - 1 ? "others" : name;
	errors->each[errors->count++].count = 1;
}

bool
summary_figures_add_syscall(struct summary_figures *figures, const struct call_syscall *syscall)
{
	const char *error = summary_syscall_error(syscall);

	if (error != NULL)
		summary_errors_add(&figures->syscall_errors, error);
	if (syscall->injected) {
		figures->injected++;
		return true;
	}
	figures->syscalls++;
	return !syscall->duration_observed || durations_add(&figures->in_kernel, syscall->duration_ns);
}

static const char *
errno_name(int error)
{
	const char *name = error != 0 ? names_errno(error) : NULL;

	return name != NULL ? name : error != 0 ? "unknown errno" : "failed";
}

static const char *
thrd_name(int64_t result)
{
	switch (result) {
	case thrd_success:
		return NULL;
	case thrd_nomem:
		return "thrd_nomem";
	case thrd_busy:
		return "thrd_busy";
	case thrd_timedout:
		return "thrd_timedout";
	default:
		return "thrd_error";
	}
}

/* The error that the call says it ended with; NULL: none, or its result was not observed, or does not tell. */
static const char *
call_error(const struct event_call_end *end)
{
	if (!end->result_observed)
		return NULL;
	switch (libc_call_info(end->call)->result) {
	case RESULT_ERRNO_VALUE:
		return (int32_t)end->result != 0 ? errno_name((int32_t)end->result) : NULL;
	case RESULT_THRD:
		return thrd_name((int32_t)end->result);
	case RESULT_PID:
	case RESULT_INT:
		return end->result == -1 ? errno_name(end->error) : NULL;
	case RESULT_POINTER:
		return end->result == 0 ? errno_name(end->error) : NULL;
	case RESULT_WAIT_STATUS:
		return !end->asked_for_shell && (int32_t)end->result == -1 ? errno_name(end->error) : NULL;
	default:
		return NULL;
	}
}

static void
widen(struct summary_range *range, uint64_t value)
{
	if (range->count == 0 || value < range->least)
		range->least = value;
	if (range->count == 0 || value > range->most)
		range->most = value;
	range->count++;
}

void
summary_figures_add_stack(struct summary_figures *figures, const struct stack_actual *stack)
{
	if (stack->base_known)
		widen(&figures->stack_size, stack->size);
	if (stack->guard_known)
		widen(&figures->stack_guard, stack->guard);
	if (stack->origin != STACK_LIBC || !stack->base_known)
		return;
	figures->stack_count++;
	figures->stack_bytes += stack->size;
}

/* An exec that succeeds never ends, so of those none is unfinished. */
bool
summary_figures_add_call(struct summary_figures *figures, const struct call_under_way *call)
{
	const char *error;

	figures->calls++;
	if (!call->has_ended) {
		figures->unfinished += libc_call_info(call->call)->creation != REPLACES;
		return true;
	}
	error = call_error(&call->end);
	if (error != NULL)
		summary_errors_add(&figures->call_errors, error);
	if (!call->end.result_observed && call->end.unreturned == UNRETURNED_LEFT)
		figures->unfinished++;
	return !call->end.duration_observed || durations_add(&figures->in_call, call->end.duration_ns);
}

void
summary_figures_clear(struct summary_figures *figures)
{
	durations_clear(&figures->in_call);
	durations_clear(&figures->in_kernel);
}
