/*
 * stack.h: the stack that a libc call asks for, and the one that the new task gets.
 *
 * Hot path.
 */
#ifndef PRELOAD_STACK_H
#define PRELOAD_STACK_H

#include "decode/event.h"
#include "preload/call.h"

/* What the call's arguments and its pthread_attr_t ask for. */
void stack_request_of(const struct call_entry *entry, struct stack_request *request);

/* The stack that a creation syscall is about to give the new task: from its registers and its clone_args; the guard from a look
   at the pages themselves. Called before the syscall, while nobody can have unmapped the stack. `frame` is the call around it,
   NULL for an orphan. */
void stack_observe(const struct event_syscall *event, const struct call_frame *frame, struct stack_actual *stack);

#endif
