/* format_line.h: for formats that make one line of one event. Hot path. */
#ifndef DECODE_FORMAT_LINE_H
#define DECODE_FORMAT_LINE_H

#include "decode/format.h"
#include "decode/out.h"

#define FORMAT_LINE_MAX 1536 /* a clone3 with every flag and a full set_tid stays below it */

/* One event through one renderer into one line, on the stack. Renderers of different events share their shape, so one macro serves
   functions that differ in the event's type alone. A renderer that has nothing to say leaves the text empty. */
#define FORMAT_LINE(renderer, event)                                                    \
	do {                                                                            \
		char line_[FORMAT_LINE_MAX];                                            \
		struct out out_;                                                        \
		out_init(&out_, line_, sizeof(line_));                                  \
		renderer(&out_, event);                                                 \
		if (out_.length > 0)                                                    \
			format_host_write(line_, out_finish(&out_), (event)->head.pid); \
	} while (0)

#endif
