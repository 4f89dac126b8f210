/* failure.h: whether a call or a system call failed. */
#ifndef CLI_FAILURE_H
#define CLI_FAILURE_H

#include <stdbool.h>

#include "decode/event.h"

/* Its result was observed and is an error, of the call itself: a command that system(3) ran and that failed is none. */
bool failure_of_call(const struct event_call_end *event);
bool failure_of_syscall(const struct event_syscall *event);

#endif
