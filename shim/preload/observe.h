/*
 * observe.h: the memory that a creation syscall names in its arguments.
 *
 * Registers are handed over by the stubs; what they point at is read here, at the last moment before the syscall and the first
 * one behind it. Bad pointers are the program's right and cost it EFAULT, so everything is asked for before it is read. Hot path.
 */
#ifndef PRELOAD_OBSERVE_H
#define PRELOAD_OBSERVE_H

#include "decode/event.h"

/* Sets all of the event's observations to "not observed" and reads what the kernel is about to read: clone3's clone_args, its
   set_tid array. nr and args are set; `stack` is the stack pointer at the site. */
void observe_before(struct event_syscall *event, uint64_t stack);

/* After a success, in the parent: reads back what the kernel stored. `result` is set. `stack` is the new task's. */
void observe_after(struct event_syscall *event, const struct stack_actual *stack);

#endif
