/* render_json_parts.c: the pieces that objects of the json format are made of. Runs on the hot path and in the readers. */
#include "decode/names.h"
#include "decode/render.h"
#include "decode/render_json.h"

enum { SIGNAL_LAST = 64 };

static void
out_frame(struct out *out, const void *list, uint64_t i)
{
	const struct source_frame *frame = (const struct source_frame *)list + i;

	out_char(out, '{');
	json_member_string(out, "function", frame->function, JSON_FUNCTION_MAX);
	json_member_string(out, "file", frame->file, JSON_SOURCE_PATH_MAX);
	json_optional_signed(out, "line", frame->file && frame->line, frame->line);
	json_member_boolean(out, "inlined", frame->is_inlined);
	out_char(out, '}');
}

static void
out_source(struct out *out, const struct code_source *source)
{
	size_t limited = out_limit(out, RENDER_JSON_SOURCE_MAX);

	json_name(out, "source");
	render_json_list(out, source->count, source->count, out_frame, source->frames);
	out_unlimit(out, limited);
}

void
render_json_location(struct out *out, const struct code_location *location)
{
	if (!location->address) {
		json_absent(out);
		return;
	}
	out_char(out, '{');
	json_member_hex(out, "address", location->address);
	json_member_string(out, "module", location->module, JSON_PATH_MAX);
	json_optional_hex(out, "offset", location->module, location->offset);
	json_member_string(out, "symbol", location->symbol, JSON_SYMBOL_MAX);
	json_optional_hex(out, "symbol_offset", location->symbol, location->symbol_offset);
	if (location->source)
		out_source(out, location->source);
	out_char(out, '}');
}

void
render_json_clone_flags(struct out *out, uint64_t flags, bool clone3)
{
	json_name(out, "flags");
	out_char(out, '[');
	for (const struct clone_flag *flag = clone_flags; flag->value; flag++) {
		if (!(flags & flag->value) || !names_shows_clone_flag(flag, clone3))
			continue;
		json_next(out);
		json_word(out, flag->name);
	}
	out_char(out, ']');
	json_member_hex(out, "flags_value", flags);
}

void
render_json_signal(struct out *out, uint64_t signal)
{
	if (!signal) {
		json_absent(out);
	} else if (signal > SIGNAL_LAST) {
		out_unsigned(out, signal);
	} else {
		out_char(out, '"');
		names_out_signal(out, signal);
		out_char(out, '"');
	}
}

void
render_json_policy(struct out *out, int policy)
{
	const char *name = names_sched_policy(policy);
	if (name)
		json_word(out, name);
	else
		out_signed(out, policy);
}

/* The first elements, as many as fit and are known; returns whether these are all. */
static bool
out_elements(struct out *out, uint64_t count, uint64_t kept,
	     void (*element)(struct out *out, const void *list, uint64_t i), const void *list)
{
	for (uint64_t i = 0; i < count && i < kept; i++) {
		struct out_mark mark = out_mark(out);
		json_next(out);
		element(out, list, i);
		if (out->cut && !mark.cut) {
			out_rollback(out, mark);
			return false;
		}
	}
	return count <= kept;
}

void
render_json_list(struct out *out, uint64_t count, uint64_t kept,
		 void (*element)(struct out *out, const void *list, uint64_t i), const void *list)
{
	static const char end[] = "]}";
	struct out_mark mark = out_mark(out);
	size_t left = out_left(out);
	size_t limited = out_limit(out, left > sizeof end ? left - sizeof end : 0);
	bool is_complete;

	out_char(out, '[');
	is_complete = out_elements(out, count, kept, element, list);
	if (!is_complete) {
		out_rollback(out, mark);
		out_char(out, '{');
		json_member_unsigned(out, "count", count);
		json_name(out, "first");
		out_char(out, '[');
		out_elements(out, count, kept, element, list);
	}
	out_unlimit(out, limited);
	out_string(out, is_complete ? "]" : end);
}

static void
out_vector_element(struct out *out, const void *list, uint64_t i)
{
	const struct event_string *string = (const struct event_string *)list + i;
	if (string->is_observed)
		json_text_whole(out, string->bytes, string->length, string->is_cut);
	else
		out_string(out, "{\"unreadable\":true}");
}

void
render_json_vector(struct out *out, const struct event_string *strings, uint32_t count)
{
	render_json_list(out, count, EVENT_VECTOR_MAX, out_vector_element, strings);
}
