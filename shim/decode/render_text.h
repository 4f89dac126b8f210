/* render_text.h: what the files of the text format share; not for others. Safe on the hot path. */
#ifndef DECODE_RENDER_TEXT_H
#define DECODE_RENDER_TEXT_H

#include "decode/event.h"
#include "decode/out.h"

/* "[pid] " or "[pid:tid] " and the indentation: head->depth and `deeper` levels more. */
void render_text_tag(struct out *out, const struct event_head *head, unsigned deeper);

/* "sum_slice (sum_array_threads.c:42), inlined into main (sum_array_threads.c:60)", "sum_slice (sum_array_threads+0x11c9)",
   "libc.so.6+0x1098d7", "0x7f…" or NULL: the best that is known of it. */
void render_text_location(struct out *out, const struct code_location *location);

/* The arguments of a libc call, by name. */
void render_text_arguments(struct out *out, const struct event_call_begin *event);

/* A path's last component, escaped. */
void render_text_base_name(struct out *out, const char *path);

#endif
