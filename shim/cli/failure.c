/* failure.c: see failure.h. */
#include "cli/failure.h"

bool
failure_of_call(const struct event_call_end *event)
{
	if (!event->result_observed)
		return false;
	switch (libc_call_info(event->call)->result) {
	case RESULT_ERRNO_VALUE:
	case RESULT_THRD:
	case RESULT_PLAIN:
		return event->result != 0;
	case RESULT_PID:
	case RESULT_INT:
		return event->result == -1;
	case RESULT_POINTER:
		return event->result == 0;
	case RESULT_WAIT_STATUS:
		return !event->asked_for_shell && (int32_t)event->result == -1;
	}
	return false;
}

bool
failure_of_syscall(const struct event_syscall *event)
{
	return event->returned && event->result < 0;
}
