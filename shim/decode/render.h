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

/* What the kernel made of the syscall, flag by flag, one level deeper than the syscall. Writes nothing at all (out->length
   does not change) for a syscall that failed or whose result was not observed. */
void render_text_meaning(struct out *out, const struct event_syscall *event);

#endif
