/*
 * family.h: who created whom: the tasks of a trace, built from its events.
 *
 * A task is told by the system call that created it, by what it did itself, or by both; the child's records may come first, since it
 * runs while its parent is still in the call. The kernel uses ids again: a creation begins a new task, and takes over what its id did
 * from the begin of that system call on. What no system call tells is not made up: such a task stands below the process that it names
 * as its parent, or on its own. In a pid namespace of its own a child sees another id than its creator: they stay two tasks.
 */
#ifndef CLI_FAMILY_H
#define CLI_FAMILY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/symbolizer.h"
#include "cli/trace_events.h"

#define FAMILY_NOBODY SIZE_MAX

/* A program that a process has executed. */
struct family_image {
	const char *program;   /* the file's name, without folders; NULL: not observed */
	const char *arguments; /* the first of them, escaped, each behind a space; "": none */
	uint64_t time_ns;
};

enum family_origin {
	FAMILY_CREATED, /* by a system call that was observed: all below is known, but for what says otherwise */
	FAMILY_TOLD,    /* the task itself told of its parent, or its process: how it was created was not observed */
	FAMILY_UNKNOWN,
};

struct family_task {
	int32_t id, pid; /* of a created task, as its creator sees them */
	bool is_thread;
	bool is_active; /* events of its own were observed */
	bool call_known; /* the libc call that made it is `call`; else system call `nr` was made by no call that was observed */
	bool call_lost; /* … or by one of which there is no record */
	bool flags_known;
	bool status_known;
	enum family_origin origin;
	size_t parent; /* FAMILY_NOBODY: none is known */
	uint64_t born_ns, last_ns;
	enum libc_call call;
	uint32_t nr;
	uint64_t flags, exit_signal; /* CLONE_ flags without the signal */
	const char *start;           /* name of its start routine; NULL: it has none, or none that is named */
	const char *inherited;       /* program of its creator's process when it was created; NULL: not known then */
	struct family_image *images;
	size_t image_count;
	int status; /* as from waitpid(2) */
	uint64_t status_ns;
	size_t older; /* with an id in the same bucket */
};

struct family;

/* `symbolizer` names start routines that the trace does not; NULL: nobody does. Both are borrowed. NULL: out of memory. */
struct family *family_new(struct trace_events *events, struct symbolizer *symbolizer);
void family_free(struct family *family);

/* Takes in an event; to be called for all of them, in their order. False: out of memory. */
bool family_add(struct family *family, const struct trace_event *event);

size_t family_count(const struct family *family);
const struct family_task *family_task(const struct family *family, size_t index);

/* The program that a process ran before it executed one of its own: that of the process that it is a copy of, or shares memory with.
   NULL: not known. */
const char *family_inherited(const struct family *family, size_t index);

#endif
