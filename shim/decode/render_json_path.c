/*
 * render_json_path.c: the system calls of a call's path as objects of the json format. Runs on the hot path inside the traced program and
 * in the readers; calls only this folder.
 */
#include "decode/names.h"
#include "decode/path_syscall.h"
#include "decode/render.h"
#include "decode/render_json.h"

enum {
	TEXT_MAX = 640,   /* in strace's notation; two struct sigaction with long masks are cut */
	ERROR_MAX = 4095, /* MAX_ERRNO: results from -4095 to -1 are errors */
};

static unsigned
count_registers(uint32_t nr)
{
	const struct path_syscall *syscall = path_syscall_find(nr);
	unsigned count = 0;

	while (count < 6 && (!syscall || syscall->arguments[count] != PATH_NONE))
		count++;
	return count;
}

static void
out_text(struct out *out, const struct event_path_syscall *event)
{
	char memory[TEXT_MAX];
	struct out text;

	out_init(&text, memory, sizeof memory);
	render_path_syscall(&text, event);
	json_name(out, "text");
	json_text_whole(out, memory, text.length, text.cut);
}

static void
out_members(struct out *out, const struct event_path_syscall *event)
{
	bool is_error = event->returned && event->result < 0 && event->result >= -ERROR_MAX;

	json_member_word(out, "name", names_syscall(event->nr));
	json_member_unsigned(out, "nr", event->nr);
	json_name(out, "args");
	out_char(out, '[');
	for (unsigned i = 0; i < count_registers(event->nr); i++) {
		json_next(out);
		json_hex(out, event->args[i]);
	}
	out_char(out, ']');
	out_text(out, event);
	json_optional_signed(out, "ret", event->returned, event->result);
	render_json_error(out, "error", is_error ? (int)-event->result : 0);
	json_member_unsigned(out, "start_ns", event->start_ns);
	json_optional_unsigned(out, "duration_ns", event->duration_observed, event->duration_ns);
	json_name(out, "site");
	render_json_location(out, &event->site);
	out_char(out, '}');
}

void
render_json_path_syscall(struct out *out, const struct event_path_syscall *event)
{
	out_char(out, '{');
	out_members(out, event);
}

void
render_json_lone_path_syscall(struct out *out, const struct event_path_syscall *event)
{
	render_json_opening(out, "path_syscall");
	json_optional_unsigned(out, "call", event->head.call_id, event->head.call_id);
	json_member_signed(out, "pid", event->head.pid);
	json_member_signed(out, "tid", event->head.tid);
	out_members(out, event);
}
