/*
 * render.h: events as lines of text, one function per event and format.
 *
 * Shared by the shim (live output) and by whatever reads a recorded trace. The functions append to `out` and leave the final
 * newline to out_finish(). They never allocate and never print: safe on the hot path.
 */
#ifndef DECODE_RENDER_H
#define DECODE_RENDER_H

#include "decode/event.h"
#include "decode/out.h"

#define RENDER_STRACE_COLUMN 40 /* strace(1), -a */

/* A creation syscall without tag, as strace 6.1 prints it: "clone3({flags=…} => {parent_tid=[7]}, 88) = 7". The result is
   padded to `column` of the whole line, what already stands in `out` included; 0: not padded. */
void render_syscall(struct out *out, const struct event_syscall *event, size_t column);

/* strace format: "%-5d " with the tid, then render_syscall() padded to RENDER_STRACE_COLUMN, as `strace -f -o FILE` does. */
void render_strace_syscall(struct out *out, const struct event_syscall *event);

/* text format: "[pid] " or "[pid:tid] ", two spaces for each of head.depth, then the event in one line. */
void render_text_process(struct out *out, const struct event_process *event);
void render_text_call_begin(struct out *out, const struct event_call_begin *event);
void render_text_call_end(struct out *out, const struct event_call_end *event);

/* The syscall in strace's notation; an orphan is followed by the place that it was made at. */
void render_text_syscall(struct out *out, const struct event_syscall *event);

/* A system call of a call's path, without tag: "munmap(0x7f…, 4096) = 0"; and with the tag. */
void render_path_syscall(struct out *out, const struct event_path_syscall *event);
void render_text_path_syscall(struct out *out, const struct event_path_syscall *event);

/* What a system call of a path asks for, without addresses, sizes and descriptors: "(PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_STACK)";
   nothing where there is nothing of that kind. */
void render_path_request(struct out *out, const struct event_path_syscall *event);

/* What the kernel made of the syscall, flag by flag, one level deeper than the syscall. Writes nothing at all (out->length
   does not change) for a syscall that failed or whose result was not observed. */
void render_text_meaning(struct out *out, const struct event_syscall *event);

/*
 * json format: JSON Lines, one object a line (include/cloneshim/event.schema.json). A libc call's object is known in pieces, which
 * whoever keeps them puts together in this order:
 *
 *     render_json_call_head, render_json_asked or …_asked_unknown, render_json_answered, render_json_syscall…, RENDER_JSON_CALL_TAIL
 *     render_json_exec_head, render_json_asked, RENDER_JSON_EXEC_TAIL
 *
 * A piece that is given the room that stands below is never cut in a way that leaves out->cut set; what it has to leave out is
 * marked inside.
 */
#define RENDER_JSON_LINE_MAX 4096         /* PIPE_BUF, pipe(7): lines of several processes never mix */
#define RENDER_JSON_HEAD_MAX 192          /* either head */
#define RENDER_JSON_ASKED_MAX 2304        /* larger than any asked-for piece without an argument vector */
#define RENDER_JSON_SOURCE_MAX 400        /* more than that for each location with a source in it */
#define RENDER_JSON_STACK_REQUEST_MAX 288 /* a part of what was asked for */
#define RENDER_JSON_ANSWERED_MAX 768
#define RENDER_JSON_CALL_TAIL "]}"
#define RENDER_JSON_EXEC_TAIL "}"

void render_json_process(struct out *out, const struct event_process *event);
void render_json_lone_syscall(struct out *out, const struct event_syscall *event);

void render_json_call_head(struct out *out, const struct event_call_end *event);
void render_json_exec_head(struct out *out, const struct event_call_begin *event);
void render_json_asked(struct out *out, const struct event_call_begin *event);

/* The room that render_json_asked() needs: RENDER_JSON_ASKED_MAX, and what the sources take. */
size_t render_json_asked_room(const struct event_call_begin *event);
void render_json_asked_unknown(struct out *out, enum libc_call call);

/* `syscalls_apart` is the number of the call's syscalls that stand elsewhere; negative: not known. */
void render_json_answered(struct out *out, const struct event_call_end *event, int64_t syscalls_apart);

/* One element of the array that render_json_answered() opened; the commas between them are the caller's. */
void render_json_syscall(struct out *out, const struct event_syscall *event);

/* The same for a system call of its path; and one that stands apart. */
void render_json_path_syscall(struct out *out, const struct event_path_syscall *event);
void render_json_lone_path_syscall(struct out *out, const struct event_path_syscall *event);

#endif
