/*
 * format.h: what an output format is: a function an event. The shim uses the formats while the program runs, the command on a trace.
 *
 * A format takes events and hands finished lines to its host, whoever uses it. In the shim all of it runs on the hot path, anywhere a
 * signal handler may come in, and in the child of a vfork; but `open`, in the constructor, and `close`, in the destructor.
 */
#ifndef DECODE_FORMAT_H
#define DECODE_FORMAT_H

#include "decode/event.h"
#include "decode/formats.h"

/* NULL: the format has nothing to say about this. One that has no `call_begin` shows no libc calls at all. */
struct format {
	void (*open)(void);
	void (*process)(const struct event_process *event);
	void (*call_begin)(const struct event_call_begin *event);
	void (*syscall)(const struct event_syscall *event);
	void (*path_syscall)(const struct event_path_syscall *event);
	void (*call_end)(const struct event_call_end *event);
	void (*close)(int32_t tid); /* the process ends, in this task: says what was kept to be said later */
};

/* By enum format_id. Static storage. */
const struct format *format_by_id(enum format_id id);

#define FORMAT_DECLARATION(id, name, before) extern const struct format format_##name;
FORMATS(FORMAT_DECLARATION)
#undef FORMAT_DECLARATION

/* What the host of the formats provides, besides call_record.h: takes a line of process `pid`, its newline included; counts an event
   that could not be shown. */
void format_host_write(const char *line, size_t length, int32_t pid);
void format_host_count_lost(void);

#endif
