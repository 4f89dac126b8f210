/*
 * sink_format.h: what an output format is: a function an event.
 *
 * A format takes events and hands finished lines to output.h. All of it runs on the hot path, anywhere a signal handler may come in,
 * and in the child of a vfork; but `open`, in the constructor, and `close`, in the destructor.
 */
#ifndef PRELOAD_SINK_FORMAT_H
#define PRELOAD_SINK_FORMAT_H

#include "decode/event.h"
#include "preload/formats.h"

/* NULL: the format has nothing to say about this. One that has no `call_begin` shows no libc calls at all. */
struct sink_format {
	void (*open)(void);
	void (*process)(const struct event_process *event);
	void (*call_begin)(const struct event_call_begin *event);
	void (*syscall)(const struct event_syscall *event);
	void (*call_end)(const struct event_call_end *event);
	void (*close)(void);
};

#define SINK_FORMAT_DECLARATION(id, name, before) extern const struct sink_format sink_##name;
FORMATS(SINK_FORMAT_DECLARATION)
#undef SINK_FORMAT_DECLARATION

#endif
