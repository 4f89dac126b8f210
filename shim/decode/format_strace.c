/* format_strace.c: the strace format: creation syscalls alone, as strace -f -o writes them. Hot path. */
#include "decode/format.h"
#include "decode/format_line.h"
#include "decode/render.h"

static void
show_syscall(const struct event_syscall *event)
{
	FORMAT_LINE(render_strace_syscall, event);
}

const struct format format_strace = {
	.syscall = show_syscall,
};
