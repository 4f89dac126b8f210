/* sink.c: the formats as one table; see sink.h. Hot path. */
#include "preload/sink.h"

#include <stddef.h>

#include "preload/sink_format.h"

static const struct sink_format *const formats[] = {
#define SINK_TABLE_LINE(id, name, before) [FORMAT_##id] = &sink_##name,
	FORMATS(SINK_TABLE_LINE)
#undef SINK_TABLE_LINE
};

static const struct sink_format silent;
static const struct sink_format *active = &silent;

void
sink_init(enum config_format format)
{
	active = formats[format];
	if (active->open != NULL)
		active->open();
}

bool
sink_wants_calls(void)
{
	return active->call_begin != NULL;
}

void
sink_process(const struct event_process *event)
{
	if (active->process != NULL)
		active->process(event);
}

void
sink_call_begin(const struct event_call_begin *event)
{
	if (active->call_begin != NULL)
		active->call_begin(event);
}

void
sink_syscall(const struct event_syscall *event)
{
	if (active->syscall != NULL)
		active->syscall(event);
}

void
sink_call_end(const struct event_call_end *event)
{
	if (active->call_end != NULL)
		active->call_end(event);
}

void
sink_finish(void)
{
	if (active->close != NULL)
		active->close();
}
