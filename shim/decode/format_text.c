/* format_text.c: the text format, for people; a line when a call begins, a line or two a syscall, a line when the call ends. Hot path. */
#include "decode/format.h"
#include "decode/format_line.h"
#include "decode/render.h"

static void
show_process(const struct event_process *event)
{
	FORMAT_LINE(render_text_process, event);
}

static void
show_call_begin(const struct event_call_begin *event)
{
	FORMAT_LINE(render_text_call_begin, event);
}

static void
show_meaning(const struct event_syscall *event)
{
	FORMAT_LINE(render_text_meaning, event);
}

static void
show_syscall_itself(const struct event_syscall *event)
{
	FORMAT_LINE(render_text_syscall, event);
}

static void
show_syscall(const struct event_syscall *event)
{
	show_syscall_itself(event);
	show_meaning(event);
}

static void
show_path_syscall(const struct event_path_syscall *event)
{
	FORMAT_LINE(render_text_path_syscall, event);
}

static void
show_call_end(const struct event_call_end *event)
{
	FORMAT_LINE(render_text_call_end, event);
}

const struct format format_text = {
	.process = show_process,
	.call_begin = show_call_begin,
	.syscall = show_syscall,
	.path_syscall = show_path_syscall,
	.call_end = show_call_end,
};
