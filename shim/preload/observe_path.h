/*
 * observe_path.h: the memory that a system call of a path names in its arguments, as far as it is shown: decode/path_syscall.h.
 *
 * As observe.h: asked for before it is read. Hot path.
 */
#ifndef PRELOAD_OBSERVE_PATH_H
#define PRELOAD_OBSERVE_PATH_H

#include "decode/event.h"

/* Before the system call, and after it. nr and args are set; after it, the result. */
void observe_path_before(struct event_path_syscall *event);
void observe_path_after(struct event_path_syscall *event);

#endif
