/* family_names.h: the names of tasks, each kept once, however many tasks have it. */
#ifndef CLI_FAMILY_NAMES_H
#define CLI_FAMILY_NAMES_H

#include "cli/symbolizer.h"
#include "cli/trace_events.h"

struct family_names;

/* NULL: out of memory. */
struct family_names *family_names_new(void);
void family_names_free(struct family_names *names);

/* All of these live as long as `names`, and are escaped: one line, printable. */

/* The last component of a path; NULL: not known. */
const char *family_names_program(struct family_names *names, const char *path);

/* The first arguments of a program, each behind a space, and "..." where there are more; "": none is known. */
const char *family_names_arguments(struct family_names *names, const struct event_process *process);

/* The start routine of a call that begins: from the trace, else from `symbolizer`, which may be NULL, else its place in its module.
   NULL: it has none. */
const char *family_names_start(struct family_names *names, struct symbolizer *symbolizer,
			       const struct trace_event *event);

#endif
