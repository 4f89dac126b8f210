/*
 * render_meaning.c: what the kernel made of a creation syscall, in words, derived from the flags that it got and from nothing
 * else. Runs on the hot path and in the readers; calls only this folder.
 *
 * The rules are those of clone(2) and of copy_process() in kernel/fork.c.
 */
#include <linux/sched.h>

#include "decode/creation.h"
#include "decode/names.h"
#include "decode/render.h"
#include "decode/render_text.h"

/* What a task has from its creator, in the order in which it is told: shared with the flag; without it a copy, told only
   where people expect sharing or rely on the copy. */
static const struct {
	uint64_t flag;
	char name[24];
	bool copied_is_told;
} aspects[] = {
	{CLONE_VM, "memory", true},
	{CLONE_FILES, "file descriptors", true},
	{CLONE_FS, "working directory", true},
	{CLONE_SIGHAND, "signal handlers", true},
	{CLONE_SYSVSEM, "semaphore undo lists", false},
	{CLONE_IO, "I/O context", false},
};

/* Flags whose consequence is one phrase of its own; all of `flags` must be set. child_tid is touched at the end only while
   another task still shares the memory (kernel/fork.c, mm_release()): a copy's end is seen by nobody. */
static const struct {
	uint64_t flags;
	char phrase[64];
} phrases[] = {
	{CLONE_VFORK, "; the parent waits until it execs or exits"},
	{CLONE_PARENT_SETTID, "; its id is stored in parent_tid"},
	{CLONE_CHILD_SETTID, "; it finds its id in child_tid"},
	{CLONE_CHILD_CLEARTID | CLONE_VM, "; child_tid is zeroed and woken (futex) when it ends"},
	{CLONE_PIDFD, "; the parent gets a pidfd"},
	{CLONE_PTRACE, "; traced if the parent is"},
	{CLONE_UNTRACED, "; never traced by inheritance"},
};

enum {
	ASPECT_COUNT = sizeof aspects / sizeof *aspects,
	PHRASE_COUNT = sizeof phrases / sizeof *phrases,
};

static void
out_shared(struct out *out, uint64_t flags)
{
	bool any = false;
	for (size_t i = 0; i < ASPECT_COUNT; i++) {
		if (!(flags & aspects[i].flag))
			continue;
		out_string(out, any ? ", " : "shares ");
		out_string(out, aspects[i].name);
		any = true;
	}
	if (any)
		out_string(out, "; ");
}

/* "memory, file descriptors and signal handlers are copied". */
static void
out_copied(struct out *out, uint64_t flags)
{
	size_t left = 0, count = 0;
	for (size_t i = 0; i < ASPECT_COUNT; i++)
		left += aspects[i].copied_is_told && !(flags & aspects[i].flag);
	count = left;
	for (size_t i = 0; i < ASPECT_COUNT; i++) {
		if (!aspects[i].copied_is_told || flags & aspects[i].flag)
			continue;
		out_string(out, left == count ? "" : left == 1 ? " and " : ", ");
		out_string(out, aspects[i].name);
		left--;
	}
	if (count)
		out_string(out, count == 1 && !(flags & CLONE_VM) ? " is copied; " : " are copied; ");
}

/* What it runs on. A copy of the memory has the parent's stack and TLS in it, which needs no words. */
static void
out_stack_and_tls(struct out *out, const struct creation *creation)
{
	bool shares_memory = creation->flags & CLONE_VM;
	const char *stack = creation->stack ? "own stack" : shares_memory ? "the parent's stack" : NULL;
	const char *tls = creation->flags & CLONE_SETTLS ? "own TLS" : shares_memory ? "the parent's TLS" : NULL;
	out_string(out, stack);
	if (stack && tls)
		out_string(out, ", ");
	out_string(out, tls);
	if (stack || tls)
		out_string(out, "; ");
}

static void
out_namespaces(struct out *out, uint64_t flags)
{
	size_t count = 0;
	for (const struct clone_namespace *namespace = clone_namespaces; namespace->flag; namespace ++) {
		if (!(flags & namespace->flag))
			continue;
		out_string(out, count++ ? ", " : "; new namespace: ");
		out_string(out, namespace->name);
	}
}

/* A thread sends none, whatever was asked for; a sibling (CLONE_PARENT) sends what its creator would. */
static void
out_exit_signal(struct out *out, const struct creation *creation)
{
	if (creation->flags & CLONE_THREAD) {
		out_string(out, "no exit signal");
	} else if (creation->flags & CLONE_PARENT) {
		out_string(out, "the caller's own exit signal to the caller's parent when it ends");
	} else if (creation->exit_signal == 0) {
		out_string(out, "no exit signal (wait for it with __WCLONE or __WALL)");
	} else {
		names_out_signal(out, creation->exit_signal);
		out_string(out, " to the parent when it ends");
	}
}

static void
out_phrases(struct out *out, const struct creation *creation)
{
	for (size_t i = 0; i < PHRASE_COUNT; i++) {
		if ((creation->flags & phrases[i].flags) == phrases[i].flags)
			out_string(out, phrases[i].phrase);
	}
	if (creation->flags & CLONE_CLEAR_SIGHAND)
		out_string(out, "; signal handlers are reset to default");
	if (creation->flags & CLONE_INTO_CGROUP) {
		out_string(out, "; in the cgroup of descriptor ");
		out_unsigned(out, creation->cgroup);
	}
	if (creation->set_tid_size)
		out_string(out, "; its id was chosen by the caller");
	out_namespaces(out, creation->flags);
}

void
render_text_meaning(struct out *out, const struct event_syscall *event)
{
	struct creation creation;
	if (!event->returned || event->result <= 0)
		return;

	render_text_tag(out, &event->head, 1);
	if (!creation_of_syscall(&creation, event)) {
		out_string(out, "a new task: what it shares was not observed");
		return;
	}
	out_string(out, creation.flags & CLONE_THREAD   ? "a thread of this process: "
			: creation.flags & CLONE_PARENT ? "a new process, a sibling of this one: "
							: "a new process: ");
	out_shared(out, creation.flags);
	/* Reset handlers are not copied ones. */
	out_copied(out, creation.flags | (creation.flags & CLONE_CLEAR_SIGHAND ? CLONE_SIGHAND : 0));
	out_stack_and_tls(out, &creation);
	out_exit_signal(out, &creation);
	out_phrases(out, &creation);
}
