/* sink_strace.c: the strace format: creation syscalls alone, as strace -f -o writes them. Hot path. */
#include "decode/render.h"
#include "preload/sink_format.h"
#include "preload/sink_line.h"

static void
show_syscall(const struct event_syscall *event)
{
	SINK_LINE(render_strace_syscall, event);
}

const struct sink_format sink_strace = {
	.syscall = show_syscall,
};
