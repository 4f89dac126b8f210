/* family_label.c: see family_label.h. */
#include "cli/family_label.h"

#include <linux/sched.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "decode/names.h"

const struct family_signs family_signs_drawn = {
	.arrow = "→",
	.times = "×",
	.separator = " · ",
	.branch = "├─ ",
	.last_branch = "└─ ",
	.trunk = "│  ",
	.nothing = "   ",
};

const struct family_signs family_signs_ascii = {
	.arrow = "->",
	.times = "x",
	.separator = "; ",
	.branch = "|- ",
	.last_branch = "`- ",
	.trunk = "|  ",
	.nothing = "   ",
};

#define SETS_MAX 64 /* different sets of flags of one call that are counted; there are rarely more than two */

struct flag_set {
	uint64_t flags, exit_signal;
	size_t count;
};

struct family_usual {
	struct flag_set sets[LIBC_CALL_COUNT][SETS_MAX]; /* [0]: the most frequent */
};

/* Whether libc chooses the flags, and not the program. */
static bool
has_usual(const struct family_task *task)
{
	return task->call_known && task->flags_known && task->call != CALL_CLONE && task->call != CALL_SYSCALL;
}

static void
count_flags(struct flag_set *sets, const struct family_task *task)
{
	for (size_t i = 0; i < SETS_MAX; i++)
		if (sets[i].count == 0 || (sets[i].flags == task->flags && sets[i].exit_signal == task->exit_signal)) {
			sets[i].flags = task->flags;
			sets[i].exit_signal = task->exit_signal;
			sets[i].count++;
			return;
		}
}

/* Of equally frequent ones the first that was seen. */
static void
put_most_frequent_first(struct flag_set *sets)
{
	struct flag_set first;
	size_t most = 0;

	for (size_t i = 1; i < SETS_MAX; i++)
		if (sets[i].count > sets[most].count)
			most = i;
	first = sets[0];
	sets[0] = sets[most];
	sets[most] = first;
}

struct family_usual *
family_usual_new(const struct family *family)
{
	struct family_usual *usual = calloc(1, sizeof(*usual));

	if (usual == NULL)
		return NULL;
	for (size_t i = 0; i < family_count(family); i++)
		if (has_usual(family_task(family, i)))
			count_flags(usual->sets[family_task(family, i)->call], family_task(family, i));
	for (size_t call = 0; call < LIBC_CALL_COUNT; call++)
		put_most_frequent_first(usual->sets[call]);
	return usual;
}

void
family_usual_free(struct family_usual *usual)
{
	free(usual);
}

static void
out_differing(struct out *out, const char *sign, uint64_t flags)
{
	for (const struct clone_flag *flag = clone_flags; flag->value != 0; flag++)
		if ((flags & flag->value) != 0) {
			out_string(out, sign);
			out_string(out, flag->name);
			flags &= ~flag->value;
		}
	if (flags != 0) {
		out_string(out, sign);
		out_hex(out, flags);
	}
}

static void
out_flags(struct out *out, const struct family_labels *labels, const struct family_task *task)
{
	const struct flag_set *usual = labels->usual->sets[task->call];

	if (!task->flags_known) {
		out_string(out, " (flags not observed)");
	} else if (!has_usual(task)) {
		out_char(out, ' ');
		names_out_clone_flags(out, task->flags, true);
		if (task->exit_signal != 0) {
			out_char(out, '|');
			names_out_signal(out, task->exit_signal);
		}
	} else {
		out_differing(out, " +", task->flags & ~usual->flags);
		out_differing(out, " -", usual->flags & ~task->flags);
		if (task->exit_signal != usual->exit_signal) {
			out_string(out, task->exit_signal != 0 ? " " : " no exit signal");
			if (task->exit_signal != 0)
				names_out_signal(out, task->exit_signal);
		}
	}
}

static void
out_origin(struct out *out, const struct family_labels *labels, const struct family_task *task, bool is_first)
{
	if (task->origin == FAMILY_UNKNOWN && is_first)
		return; /* the program that was traced: nobody in the trace made it */
	out_string(out, labels->signs->separator);
	if (task->origin != FAMILY_CREATED) {
		out_string(out, task->origin == FAMILY_TOLD ? "creation not observed" : "creator not observed");
		return;
	}
	if (task->call_known)
		out_string(out, libc_call_info(task->call)->name);
	else
		out_string(out, task->call_lost ? "a call without a record, " : "raw ");
	if (!task->call_known)
		out_string(out, names_creation_syscall(task->nr));
	out_flags(out, labels, task);
}

static void
out_program(struct out *out, const char *program)
{
	out_string(out, program != NULL ? program : "program not observed");
}

static void
out_process_name(struct out *out, const struct family_labels *labels, size_t index, bool with_arguments)
{
	const struct family_task *task = family_task(labels->family, index);

	for (size_t i = 0; i < task->image_count; i++) {
		if (i > 0 || task->origin == FAMILY_CREATED || task->inherited != NULL) {
			out_string(out, i > 0 ? " " : "");
			out_string(out, labels->signs->arrow);
			out_char(out, ' ');
		}
		out_program(out, task->images[i].program);
	}
	if (task->image_count > 0) {
		if (with_arguments)
			out_string(out, task->images[task->image_count - 1].arguments);
		return;
	}
	out_program(out, family_inherited(labels->family, index));
	if (task->start != NULL) {
		out_string(out, ", ");
		out_string(out, task->start);
	}
}

static void
out_status(struct out *out, const struct family_labels *labels, const struct family_task *task)
{
	if (!task->status_known)
		return;
	out_string(out, labels->signs->separator);
	if (WIFEXITED(task->status)) {
		out_string(out, "exited ");
		out_signed(out, WEXITSTATUS(task->status));
	} else {
		out_string(out, "killed by ");
		names_out_signal(out, (uint64_t)WTERMSIG(task->status));
	}
}

void
family_label(struct out *out, const struct family_labels *labels, size_t index, bool with_arguments)
{
	const struct family_task *task = family_task(labels->family, index);

	if (task->is_thread) {
		out_string(out, "thread");
		out_string(out, task->start != NULL ? " " : "");
		out_string(out, task->start);
	} else {
		out_process_name(out, labels, index, with_arguments);
	}
	out_origin(out, labels, task, index == 0);
	out_status(out, labels, task);
}
