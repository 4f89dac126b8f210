/* render_text_parts.c: the pieces that lines of the text format are made of. Runs on the hot path and in the readers. */
#include "decode/render_text.h"

enum {
	DEPTH_MAX = 16, /* levels of indentation; deeper ones stay there */
};

void
render_text_tag(struct out *out, const struct event_head *head, unsigned deeper)
{
	out_char(out, '[');
	out_signed(out, head->pid);
	if (head->tid != head->pid) {
		out_char(out, ':');
		out_signed(out, head->tid);
	}
	out_string(out, "] ");
	out_spaces(out, 2 * (size_t)((head->depth < DEPTH_MAX ? head->depth : DEPTH_MAX) + deeper));
}

void
render_text_base_name(struct out *out, const char *path)
{
	const char *base = path;
	for (const char *c = path; *c; c++) {
		if (*c == '/' && c[1])
			base = c + 1;
	}
	out_escaped(out, base);
}

static void
out_module_offset(struct out *out, const struct code_location *location)
{
	if (location->module) {
		render_text_base_name(out, location->module);
		out_char(out, '+');
		out_hex(out, location->offset);
	} else {
		out_pointer(out, location->address);
	}
}

/* "sum_part (sum_array_threads.c:42)"; where the line is not known, the place in the module. */
static void
out_frame(struct out *out, const struct code_location *location, const struct source_frame *frame)
{
	if (frame->function)
		out_escaped(out, frame->function);
	else
		out_module_offset(out, location);
	if (!frame->file && !frame->function)
		return;
	out_string(out, " (");
	if (frame->file)
		render_text_base_name(out, frame->file);
	else
		out_module_offset(out, location);
	if (frame->file && frame->line) {
		out_char(out, ':');
		out_signed(out, frame->line);
	}
	out_char(out, ')');
}

static void
out_source(struct out *out, const struct code_location *location)
{
	for (uint32_t i = 0; i < location->source->count; i++) {
		out_string(out, i ? ", inlined into " : "");
		out_frame(out, location, &location->source->frames[i]);
	}
}

void
render_text_location(struct out *out, const struct code_location *location)
{
	if (location->source) {
		out_source(out, location);
		return;
	}
	if (!location->symbol) {
		out_module_offset(out, location);
		return;
	}
	out_escaped(out, location->symbol);
	if (location->symbol_offset) {
		out_char(out, '+');
		out_hex(out, location->symbol_offset);
	}
	out_string(out, " (");
	out_module_offset(out, location);
	out_char(out, ')');
}
