/* sink.c: the formats as one table of renderers; see sink.h. Hot path. */
#include "preload/sink.h"

#include "decode/render.h"
#include "preload/output.h"

#define LINE_MAX 1536 /* a clone3 with every flag and a full set_tid stays below it */

/* What a format writes for each event; NULL: nothing. */
struct sink_format {
	void (*process)(struct out *out, const struct event_process *event);
	void (*call_begin)(struct out *out, const struct event_call_begin *event);
	void (*syscall)(struct out *out, const struct event_syscall *event);
	void (*syscall_meaning)(struct out *out, const struct event_syscall *event);
	void (*call_end)(struct out *out, const struct event_call_end *event);
};

static struct sink_format active;

void
sink_init(enum config_format format)
{
	switch (format) {
	case FORMAT_TEXT:
		active.process = render_text_process;
		active.call_begin = render_text_call_begin;
		active.syscall = render_text_syscall;
		active.syscall_meaning = render_text_meaning;
		active.call_end = render_text_call_end;
		break;
	case FORMAT_STRACE:
		active.syscall = render_strace_syscall;
		break;
	}
}

bool
sink_wants_calls(void)
{
	return active.call_begin != NULL;
}

/* One event through one renderer into one line. Renderers of different events share their shape, so one macro makes the four
   functions that differ in the event's type alone. A renderer that has nothing to say leaves the text empty. */
#define EMIT(renderer, event)                                                    \
	do {                                                                     \
		char line[LINE_MAX];                                             \
		struct out out;                                                  \
		if ((renderer) == NULL)                                          \
			return;                                                  \
		out_init(&out, line, sizeof(line));                              \
		(renderer)(&out, (event));                                       \
		if (out.length > 0)                                              \
			output_write(line, out_finish(&out), (event)->head.pid); \
	} while (0)

void
sink_process(const struct event_process *event)
{
	EMIT(active.process, event);
}

void
sink_call_begin(const struct event_call_begin *event)
{
	EMIT(active.call_begin, event);
}

static void
emit_meaning(const struct event_syscall *event)
{
	EMIT(active.syscall_meaning, event);
}

static void
emit_syscall(const struct event_syscall *event)
{
	EMIT(active.syscall, event);
}

void
sink_syscall(const struct event_syscall *event)
{
	emit_syscall(event);
	emit_meaning(event);
}

void
sink_call_end(const struct event_call_end *event)
{
	EMIT(active.call_end, event);
}
