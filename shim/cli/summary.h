/*
 * summary.h: a trace added up: per libc call and the syscalls that it became, or per place that calls, how often, how long, with which
 * errors and stacks.
 *
 * What is kept grows with the number of rows, programs and calls that are under way at the same time, not with that of the events.
 */
#ifndef CLI_SUMMARY_H
#define CLI_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "cli/durations.h"
#include "cli/object_file.h"
#include "cli/path_signature.h"
#include "cli/trace_events.h"

#define SUMMARY_STEPS_MAX 8
#define SUMMARY_ERRORS_MAX 24
#define SUMMARY_SYSCALLS_MAX 8

/* One of the syscalls that a call became, or a libc call inside of it that made them. */
struct summary_step {
	bool is_call;
	uint32_t what;  /* enum libc_call, or the syscall's number */
	uint32_t times; /* in a row */
};

struct summary_path {
	struct summary_step steps[SUMMARY_STEPS_MAX];
	uint32_t count;
	bool is_cut;       /* there were more */
	bool not_observed; /* the call makes a task, and no syscall of it was seen */
	bool not_recorded; /* one was seen, and is not in the trace */
};

struct summary_errors {
	struct {
		const char *name; /* "EAGAIN"; static storage */
		uint64_t count;
	} each[SUMMARY_ERRORS_MAX];
	uint32_t count;
	uint64_t all;
};

struct summary_range {
	uint64_t count, least, most;
};

/* What can be said of a set of calls, and of their syscalls. */
struct summary_figures {
	uint64_t calls;
	uint64_t unfinished; /* calls that did not end while the trace was written */
	uint64_t syscalls;   /* that the kernel got */
	uint64_t injected;   /* syscalls that were answered instead of made: CLONESHIM_INJECT */
	struct summary_errors call_errors, syscall_errors;
	struct durations in_call, in_kernel;          /* of those that were observed */
	uint64_t stack_count, stack_bytes;            /* mapped by libc for the new tasks, where the size is known */
	struct summary_range stack_size, stack_guard; /* bytes, of all stacks where they are known, whoever made them */
};

enum summary_kind {
	SUMMARY_CALL,
	SUMMARY_ORPHAN,     /* syscalls outside any call */
	SUMMARY_HELPER,     /* syscalls of a thread that libc keeps for `call` */
	SUMMARY_UNRECORDED, /* syscalls of a call whose begin and end are not in the trace */
};

struct summary_row {
	enum summary_kind kind;
	enum libc_call call; /* CALL, HELPER */
	struct summary_path path;
	/* With SUMMARY_BY_PATH: the path as text (path_signature.h), and the system calls of the first call that took it. */
	char *signature;
	struct path_element *elements;
	size_t element_count;
	enum stack_origin origin;
	/* With SUMMARY_BY_CALLER: where it was called from, by the first event that fell into the row. */
	bool caller_known;
	struct code_location caller;
	uint64_t memory, slot;
	struct source_frame source; /* members are NULL or 0: not known */
	struct summary_figures figures;
};

/* How often the kernel got a syscall, as strace -c counts. */
struct summary_syscall {
	uint32_t nr;
	uint64_t count, injected;
	struct summary_errors errors;
};

struct summary_program {
	const char *exe;
	uint64_t count;
};

/* By path, what calls inside of another call made belongs to that one; otherwise it is theirs, and they have rows of their own. */
enum summary_by { SUMMARY_BY_API, SUMMARY_BY_CALLER, SUMMARY_BY_PATH };

struct summary {
	enum summary_by by;
	struct summary_row **rows;
	size_t row_count;
	struct summary_syscall syscalls[SUMMARY_SYSCALLS_MAX];
	size_t syscall_count;
	/* Calls, their errors and times: of calls inside no other, since a call's time is part of the one's around it. */
	struct summary_figures total;
	struct summary_program *programs; /* in the order of their first start */
	size_t program_count;
	char *libc;     /* of the first program; NULL: not known */
	bool has_libcs; /* others have another one */
	bool has_full_paths,
		has_creation_paths; /* programs of which all system calls of a call are in the trace, or only creations */
	uint64_t first_ns, last_ns;                              /* of events; 0: there are none */
	uint64_t threads_made, processes_made, other_tasks_made; /* other: flags not observed */
	struct trace_damage damage;
};

/* Finds out the source of a row's caller. What it gives must outlive the summary. */
typedef void summary_namer(void *context, const struct summary_row *row, struct source_frame *source);

/* Goes through all of `events`, which stay the caller's and must outlive it: paths in rows are theirs. By caller, places with the same
   source line are one row, as far as `namer` knows sources; NULL: it knows none. NULL: out of memory. */
struct summary *summary_read(struct trace_events *events, enum summary_by by, summary_namer *namer, void *context);
void summary_free(struct summary *summary);

enum summary_order {
	SUMMARY_ORDER_COUNT,
	SUMMARY_ORDER_TIME,
	SUMMARY_ORDER_KERNEL,
	SUMMARY_ORDER_MEDIAN,
	SUMMARY_ORDER_MAX,
	SUMMARY_ORDER_ERRORS,
	SUMMARY_ORDER_STACKS,
	SUMMARY_ORDER_NAME,
};

/* The largest first; by name, in the order of the alphabet. */
void summary_sort(struct summary *summary, enum summary_order order);

/* "pthread_create", "(raw)", "(helper of aio_read)": what a row is about, whatever its path. To `to`, a stdio stream. */
void summary_row_print_name(FILE *to, const struct summary_row *row);

/* "pthread_create → clone3", "(raw) fork"; freed by the caller. NULL: out of memory. */
char *summary_row_label(const struct summary_row *row);

#endif
