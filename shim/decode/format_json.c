/*
 * format_json.c: the json format. A libc call is one object with its syscalls inside, written when it ends; until then what is known of
 * it stands, rendered, in a call record. Hot path.
 *
 * A record's text, out of which the line is made in place:
 *
 *     | room for the head | what was asked | room for the answer | syscalls, separated by commas |
 *
 * A syscall that the record has no room for, or whose call has no record, becomes a line of its own, which names the call.
 */
#include <linux/sched.h>
#include <stddef.h>
#include <string.h>

#include "decode/call_record.h"
#include "decode/creation.h"
#include "decode/format.h"
#include "decode/render.h"

enum {
	HEAD_ROOM = RENDER_JSON_HEAD_MAX,
	TAIL_ROOM = sizeof RENDER_JSON_CALL_TAIL, /* and the newline */
	OUT_SPARE = sizeof(OUT_CUT_MARK),         /* what out_init() keeps aside */
};

/* No call has both a start routine and a struct sigevent. */
_Static_assert(HEAD_ROOM + RENDER_JSON_ASKED_MAX + 2 * RENDER_JSON_SOURCE_MAX + RENDER_JSON_ANSWERED_MAX + TAIL_ROOM <=
		       CALL_RECORD_TEXT,
	       "a call without syscalls fits, sources and all");
_Static_assert(CALL_RECORD_TEXT == RENDER_JSON_LINE_MAX, "a record holds a line");
_Static_assert(sizeof(((struct call_record *)0)->text) >= RENDER_JSON_LINE_MAX + OUT_SPARE, "and what is kept aside");

static void tell_unfinished(struct call_record *record);

/* The pool is searched for what has been abandoned when nothing else is left: it takes a system call a record. */
static struct call_record *
claim(int32_t tid, uint64_t stack)
{
	struct call_record *record = call_record_claim(tid, stack);

	if (record != NULL)
		return record;
	call_record_drop_gone(tid, tell_unfinished);
	record = call_record_claim(tid, stack);
	if (record == NULL)
		format_host_count_lost();
	return record;
}

/* For use within this function's caller. */
static struct call_record *
claim_here(int32_t tid)
{
	return claim(tid, (uint64_t)__builtin_frame_address(0));
}

/* Writes a line that was made in a record's text, if it is whole. */
static void
write_line(struct out *out, int32_t pid)
{
	if (out->cut)
		format_host_count_lost();
	else
		format_host_write(out->text, out_finish(out), pid);
}

/* One event through one renderer into one line, in the memory of a record. */
#define WRITE_LINE(renderer, event)                                           \
	do {                                                                  \
		struct call_record *scratch_ = claim_here((event)->head.tid); \
		struct out out_;                                              \
		if (scratch_ == NULL)                                         \
			return;                                               \
		out_init(&out_, scratch_->text, CALL_RECORD_TEXT);            \
		renderer(&out_, event);                                       \
		write_line(&out_, (event)->head.pid);                         \
		call_record_release(scratch_);                                \
	} while (0)

static void
show_process(const struct event_process *event)
{
	WRITE_LINE(render_json_process, event);
}

static void
show_lone_syscall(const struct event_syscall *event)
{
	WRITE_LINE(render_json_lone_syscall, event);
}

/* Puts a head in front of the text from HEAD_ROOM to `end` and writes all of it. */
static void
write_with_head(struct call_record *record, const struct out *head, size_t end, int32_t pid)
{
	char *start = record->text + HEAD_ROOM - head->length;

	if (head->cut) {
		format_host_count_lost();
		return;
	}
	memcpy(start, head->text, head->length);
	record->text[end] = '\n';
	format_host_write(start, head->length + end + 1 - HEAD_ROOM, pid);
}

static void
write_exec(struct call_record *record, const struct event_call_begin *event)
{
	char memory[HEAD_ROOM];
	struct out head;

	out_init(&head, memory, sizeof(memory));
	render_json_exec_head(&head, event);
	memcpy(record->text + record->asked_end, RENDER_JSON_EXEC_TAIL, sizeof(RENDER_JSON_EXEC_TAIL) - 1);
	write_with_head(record, &head, record->asked_end + sizeof(RENDER_JSON_EXEC_TAIL) - 1, event->head.pid);
}

/* Sets up an empty record's text around what was asked, which takes `length` bytes. */
static void
lay_out(struct call_record *record, size_t length)
{
	record->asked_end = (uint32_t)(HEAD_ROOM + length);
	record->syscalls_start = record->asked_end + RENDER_JSON_ANSWERED_MAX;
	record->syscalls_end = record->syscalls_start;
	record->syscall_count = 0;
	record->apart_count = 0;
	record->child = 0;
}

static void
show_call_begin(const struct event_call_begin *event)
{
	struct call_record *record;
	struct out asked;

	call_record_drop_left(event->head.tid, event->frame_address, tell_unfinished);
	record = claim(event->head.tid, event->frame_address);
	if (record == NULL)
		return;
	out_init(&asked, record->text + HEAD_ROOM, render_json_asked_room(event));
	render_json_asked(&asked, event);
	if (asked.cut) {
		call_record_release(record);
		format_host_count_lost();
		return;
	}
	lay_out(record, asked.length);
	if (libc_call_info(event->call)->creation == REPLACES)
		write_exec(record, event);
	record->head = event->head;
	record->call = event->call;
	record->time_ns = event->time_ns;
	call_record_open(record);
}

/* Starts an element behind the syscalls that the record has. False: there is no room for any. */
static bool
begin_element(struct call_record *record, struct out *out)
{
	size_t room = CALL_RECORD_TEXT - TAIL_ROOM - record->syscalls_end;

	if (room < 16)
		return false;
	out_init(out, record->text + record->syscalls_end, room + OUT_SPARE);
	if (record->syscalls_end > record->syscalls_start)
		out_char(out, ',');
	return true;
}

/* False: there was no room for it, and it is not there. */
static bool
end_element(struct call_record *record, const struct out *out)
{
	if (out->cut)
		return false;
	record->syscalls_end += (uint32_t)out->length;
	return true;
}

static bool
append_syscall(struct call_record *record, const struct event_syscall *event)
{
	struct out out;

	if (!begin_element(record, &out))
		return false;
	render_json_syscall(&out, event);
	return end_element(record, &out);
}

static bool
append_path_syscall(struct call_record *record, const struct event_path_syscall *event)
{
	struct out out;

	if (!begin_element(record, &out))
		return false;
	render_json_path_syscall(&out, event);
	return end_element(record, &out);
}

static void
keep_syscall(const struct event_syscall *event)
{
	struct call_record *record = NULL;
	bool is_kept;

	if (!event->in_helper_thread && event->head.call_id != 0)
		record = call_record_take(event->head.tid, event->head.call_id);
	if (record == NULL) {
		show_lone_syscall(event);
		return;
	}
	is_kept = append_syscall(record, event);
	record->syscall_count++;
	record->apart_count += !is_kept;
	if (event->result > 0)
		record->child = (int32_t)event->result;
	call_record_put_back(record);
	if (!is_kept)
		show_lone_syscall(event);
}

static void
show_lone_path_syscall(const struct event_path_syscall *event)
{
	WRITE_LINE(render_json_lone_path_syscall, event);
}

static void
show_path_syscall(const struct event_path_syscall *event)
{
	struct call_record *record = call_record_take(event->head.tid, event->head.call_id);
	bool is_kept;

	if (record == NULL) {
		show_lone_path_syscall(event);
		return;
	}
	is_kept = append_path_syscall(record, event);
	record->apart_count += !is_kept;
	call_record_put_back(record);
	if (!is_kept)
		show_lone_path_syscall(event);
}

/* With CLONE_VFORK the caller goes on when the child has executed a program or ended: either way it has left our memory, and what it
   had under way in it. */
static void
show_syscall(const struct event_syscall *event)
{
	struct creation creation;

	keep_syscall(event);
	if (event->result > 0 && creation_of_syscall(&creation, event) && (creation.flags & CLONE_VFORK) != 0)
		call_record_drop_ended((int32_t)event->result, tell_unfinished);
}

/* Closes the gap between the answer and the syscalls. Returns where the text ends. */
static size_t
join_syscalls(struct call_record *record, size_t answered_end)
{
	size_t length = record->syscalls_end - record->syscalls_start;

	memmove(record->text + answered_end, record->text + record->syscalls_start, length);
	memcpy(record->text + answered_end + length, RENDER_JSON_CALL_TAIL, sizeof(RENDER_JSON_CALL_TAIL) - 1);
	return answered_end + length + sizeof(RENDER_JSON_CALL_TAIL) - 1;
}

static void
write_call(struct call_record *record, const struct event_call_end *event)
{
	char memory[HEAD_ROOM];
	struct out head, answered;

	out_init(&head, memory, sizeof(memory));
	render_json_call_head(&head, event);
	out_init(&answered, record->text + record->asked_end, RENDER_JSON_ANSWERED_MAX);
	render_json_answered(&answered, event, record->apart_count);
	if (answered.cut)
		format_host_count_lost();
	else
		write_with_head(record, &head, join_syscalls(record, record->asked_end + answered.length),
				event->head.pid);
}

static void
tell_unfinished(struct call_record *record)
{
	struct event_call_end event = {.head = record->head,
				       .call = record->call,
				       .unreturned = UNRETURNED_LEFT,
				       .start_ns = record->time_ns,
				       .child = record->child,
				       .syscall_observed = record->syscall_count > 0};

	write_call(record, &event);
}

/* There was no room when it began, or it began in another process. */
static struct call_record *
claim_for_unknown(const struct event_call_end *event)
{
	struct call_record *record = claim_here(event->head.tid);
	struct out asked;

	if (record == NULL)
		return NULL;
	out_init(&asked, record->text + HEAD_ROOM, RENDER_JSON_ASKED_MAX);
	render_json_asked_unknown(&asked, event->call);
	lay_out(record, asked.length);
	record->apart_count = -1;
	return record;
}

static void
show_call_end(const struct event_call_end *event)
{
	struct call_record *record = call_record_take(event->head.tid, event->head.call_id);

	if (record == NULL && call_record_was_pending(event->head.tid, event->head.call_id))
		return;
	if (record == NULL)
		record = claim_for_unknown(event);
	if (record == NULL)
		return;
	write_call(record, event);
	call_record_release(record);
}

/* The program ends while some of its threads, or the one that ends it, are inside calls. */
static void
tell_pending(int32_t tid)
{
	call_record_drop_pending(tid, tell_unfinished);
}

static void
open_pool(void)
{
	call_record_init();
}

const struct format format_json = {
	.open = open_pool,
	.process = show_process,
	.call_begin = show_call_begin,
	.syscall = show_syscall,
	.path_syscall = show_path_syscall,
	.call_end = show_call_end,
	.close = tell_pending,
};
