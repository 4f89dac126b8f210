/*
 * strace_log.h: reads what `strace -f -e trace=clone,clone3,fork,vfork -o FILE` writes, and what the shim writes in its strace
 * format, into one list of syscalls that can be held against each other.
 *
 * Pure functions on text. strace cuts a line in two when another task has something to say in between:
 *
 *     7     vfork( <unfinished ...>
 *     8     +++ exited with 0 +++
 *     7     <... vfork resumed>)              = 8
 *
 * The two parts are joined, and the space before `=`, which strace counted from the start of the second part, is set as it
 * would stand in a line that was never cut. A line that strace wrote in one piece is kept byte for byte.
 */
#ifndef HARNESS_STRACE_LOG_H
#define HARNESS_STRACE_LOG_H

#include <stdbool.h>
#include <stddef.h>

struct strace_call {
	int task;   /* the pid column: the id of the task that made the syscall */
	char *line; /* the whole line, joined */
	bool joined;
	bool was_last; /* the task was killed, or superseded by an execve of another thread, before it made one more */
};

struct strace_log {
	struct strace_call
		*calls; /* in the order in which they were finished: for one task, the order of the syscalls */
	size_t count;
	size_t died;      /* syscalls without a result, since the task was killed inside: `= ?`, or never resumed */
	size_t restarted; /* `= ? ERESTARTNOINTR`: the kernel ran the same instruction again, the program never saw it */
	size_t notes;     /* lines about signals and exits */
	char *strange;    /* the first line that is none of these; NULL: there is none */
};

void strace_log_parse(struct strace_log *log, const char *text);
void strace_log_free(struct strace_log *log);

/*
 * The kernel stores the new thread's id at parent_tid, and stores 0 there when the thread ends, if child_tid is the same address
 * (CLONE_CHILD_CLEARTID, as pthread_create does it). strace reads parent_tid only once the creator stops after the syscall: a
 * short-lived thread has ended by then, and strace shows [0], or the id of a later thread on the same stack. Sets what the kernel
 * stored, the result, in such lines of strace's own log. Returns how many there were.
 */
size_t strace_log_correct_parent_tid(struct strace_log *log);

/* Drops from strace's log the last syscall of tasks that were killed right after it, before they could tell of it inside the program,
   where it does not stand in `found`. Returns how many there were. */
size_t strace_log_drop_last_words(struct strace_log *expected, const struct strace_log *found);

/* Sorts the syscalls, so that a comparison finds each wherever it stands. */
void strace_log_forget_order(struct strace_log *log);

/* How two logs differ, as text for people, both sides shown; freed by the caller. */
struct strace_difference {
	size_t same, missing, extra, different; /* missing: in `expected` only */
	char *report;
};

/* Holds `found` against `expected`, task by task, in order, byte for byte. */
void strace_log_compare(struct strace_difference *difference, const struct strace_log *expected,
			const struct strace_log *found);

/* What a line of either log says was made: "TASK KIND RESULT" with KIND one of thread, vfork (the vfork syscall), spawn
   (CLONE_VFORK), process; RESULT the child's id, "-1 EAGAIN" or "?". `line` starts with the name of the syscall. Freed by the
   caller; NULL when the line is no creation syscall. */
char *strace_line_summary(int task, const char *line);

#endif
