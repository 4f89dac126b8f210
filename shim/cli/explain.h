/*
 * explain.h: what `cloneshim explain` explains: creations, each as it was written, or as it occurs in a trace.
 */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/trace_reader.h"
#include "decode/clone_rules.h"
#include "decode/creation.h"
#include "decode/out.h"

/* Where a creation in a trace comes from, beside the libc calls of libc_calls.h. */
enum {
	EXPLAIN_NO_CALL = LIBC_CALL_COUNT, /* no libc call around it */
	EXPLAIN_CALL_UNKNOWN,              /* one whose begin is not in the trace */
	EXPLAIN_CALLER_COUNT,
};

struct explain_error {
	int error;
	uint64_t count;
};

struct explain_combination {
	struct creation creation;
	bool flags_known;    /* false: a clone3 whose arguments were not observed */
	bool stack_known;    /* creation.stack is what was asked for */
	unsigned by;         /* CLONE_BY_*: which syscall asks; both: not said. 0: fork or vfork, which take no flags */
	const char *syscall; /* "clone3"; NULL: not said */

	/* What became of it: of one pasted line, or of all those in a trace; all 0: nothing is known of that. */
	uint64_t count, created, injected, unreturned;
	struct explain_error *errors; /* what the kernel answered, injected ones included */
	size_t error_count;

	uint64_t callers[EXPLAIN_CALLER_COUNT]; /* in a trace: how often from where */
};

/* All of it; from a trace in the order of their first occurrence. */
struct explanation {
	struct explain_combination *combinations;
	size_t count;
	bool is_trace;
	struct trace_damage damage; /* of the trace */
};

/* A new combination at the end, zeroed; NULL: out of memory. */
struct explain_combination *explanation_add(struct explanation *explanation);

/* Counts an errno value that was answered; false: out of memory. */
bool explain_count_error(struct explain_combination *combination, int error);

void explanation_free(struct explanation *explanation);

/*
 * explain_input.c: reads what was written: names, numbers, or a line of strace. `syscall` is "clone" or "clone3" where the user has
 * said so, else NULL. False: `why`, of `size` bytes, says what is wrong and what is expected.
 */
bool explain_read(struct explain_combination *combination, const char *text, const char *syscall, char *why,
		  size_t size);

/* explain_trace.c: gathers what occurs in a trace. False: it cannot be read, and `why` says why. */
bool explain_read_trace(struct explanation *explanation, const char *path, char *why, size_t size);

/* explain_combination.c: "a POSIX thread", "fork: …". */
void explain_amounts_to(struct out *out, const struct explain_combination *combination);

/* Whether today's kernels refuse it: a rule is broken that holds for the syscall, or for all that it may be; and nothing that was
   observed says otherwise. */
bool explain_is_refused(const struct explain_combination *combination);

/* The next rule behind `after` (NULL: the first) that it breaks, those of other kernels and of one syscall alone included; NULL: none. */
const struct clone_rule *explain_broken_rule(const struct explain_combination *combination,
					     const struct clone_rule *after);

/* Whether breaking the rule is enough to be refused: rules that the kernel has dropped are told, but decide nothing; so are those of one
   syscall where it may be another. */
bool explain_rule_decides(const struct explain_combination *combination, const struct clone_rule *rule);

/* "CLONE_THREAD needs CLONE_SIGHAND". */
void explain_rule(struct out *out, const struct clone_rule *rule);

/* "clone3 only", "from Linux 5.2 until 6.9", "" where it holds for whatever may ask and on every Linux that has the flags. */
void explain_rule_scope(struct out *out, const struct clone_rule *rule, unsigned by);

/* Flags as they were written, with the exit signal: "CLONE_VM|SIGCHLD". */
void explain_flags(struct out *out, const struct explain_combination *combination);

/* "pthread_create", "no libc call". */
const char *explain_caller_name(size_t caller);

/* explain_text.c, explain_json.c: print it. */
void explain_print_text(const struct explanation *explanation);
bool explain_print_json(const struct explanation *explanation);

#endif
