/* explain_combination.c: what flags amount to when taken together, and which of the kernel's rules they break. Pure. */
#include <linux/sched.h>
#include <signal.h>

#include "cli/explain.h"
#include "decode/names.h"

#define POSIX_THREAD                                                                                       \
	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS | \
	 CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)
#define AUTOREAP 0x400000000

enum { SIGNAL_LAST = 64 };

/* The first line that has all of its flags. `shares`: what it shares stands in it already. */
static const struct {
	uint64_t with;
	bool shares;
	const char *kind;
} kinds[] = {
	{POSIX_THREAD, false, "a POSIX thread: all that pthread_create asks for"},
	{CLONE_THREAD | CLONE_SETTLS, false, "a thread"},
	{CLONE_THREAD, false, "a thread without its own TLS: it has the caller's errno and thread-local variables"},
	{CLONE_VM | CLONE_VFORK | CLONE_CLEAR_SIGHAND, false,
	 "a vfork-style spawn: the child borrows the caller's memory until it execs or exits, and none of the "
	 "caller's signal handlers can run in it"},
	{CLONE_VM | CLONE_VFORK, false,
	 "a vfork-style spawn: the child borrows the caller's memory until it execs or exits"},
	{CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND, true,
	 "a process that shares all that threads share (no thread: it has a pid of its own)"},
	{CLONE_VM, false, "a process that shares memory (no thread)"},
	{CLONE_VFORK, false, "fork, and the caller waits until the child execs or exits"},
	{0, false, "fork: a new process with a copy of all"},
};

static const struct {
	uint64_t flag;
	const char *name;
} shared[] = {
	{CLONE_FILES, "file descriptors"},       {CLONE_FS, "working directory"}, {CLONE_SIGHAND, "signal handlers"},
	{CLONE_SYSVSEM, "semaphore undo lists"}, {CLONE_IO, "I/O context"},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What a process shares beside memory, and what a thread does not. */
static void
out_sharing(struct out *out, uint64_t flags)
{
	bool is_thread = (flags & CLONE_THREAD) != 0;
	const char *before = is_thread                 ? "; not shared: "
			     : (flags & CLONE_VM) != 0 ? "; also shared: "
						       : ", but shared: ";

	for (size_t i = 0; i < COUNT(shared); i++) {
		bool is_shared = (flags & shared[i].flag) != 0;

		/* People expect the first two of threads; the rest is for libc to know. */
		if (is_thread ? is_shared || i > 1 : !is_shared)
			continue;
		out_string(out, before);
		out_string(out, shared[i].name);
		before = ", ";
	}
}

static void
out_kind(struct out *out, uint64_t flags)
{
	size_t i = 0;

	while ((flags & kinds[i].with) != kinds[i].with)
		i++;
	out_string(out, kinds[i].kind);
	if (!kinds[i].shares)
		out_sharing(out, flags);
}

static void
out_namespaces(struct out *out, uint64_t flags)
{
	uint64_t container = CLONE_NEWPID | CLONE_NEWNS;
	size_t count = 0;

	for (const struct clone_namespace *namespace = clone_namespaces; namespace->flag != 0; namespace ++) {
		if ((flags & namespace->flag) == 0)
			continue;
		out_string(out, count++ > 0 ? ", " : (flags & container) == container ? "container: new " : "new ");
		out_string(out, namespace->name);
	}
	if (count > 0)
		out_string(out, count > 1 ? " namespaces; " : " namespace; ");
}

static void
out_end(struct out *out, const struct creation *creation)
{
	if ((creation->flags & CLONE_THREAD) != 0) {
		if ((creation->flags & CLONE_CHILD_CLEARTID) == 0)
			out_string(out, "; nobody is woken when it ends, so it cannot be joined");
	} else if ((creation->flags & CLONE_PARENT) != 0) {
		out_string(out, "; a sibling: the caller's parent is told when it ends");
	} else if ((creation->flags & AUTOREAP) != 0) {
		out_string(out, "; nobody is told when it ends, and nobody has to wait");
	} else if (creation->exit_signal == 0 || creation->exit_signal > SIGNAL_LAST) {
		out_string(out, "; no signal when it ends, and wait(2) finds it with __WCLONE or __WALL only");
	} else if (creation->exit_signal != SIGCHLD) {
		out_string(out, "; ");
		names_out_signal(out, creation->exit_signal);
		out_string(out, " when it ends, and wait(2) finds it with __WCLONE or __WALL only");
	}
}

void
explain_amounts_to(struct out *out, const struct explain_combination *combination)
{
	uint64_t flags = combination->creation.flags;

	if (!combination->flags_known) {
		out_string(out, "a new task: what it shares was not observed");
		return;
	}
	if (explain_is_refused(combination)) {
		out_string(out, "nothing: the kernel refuses it with EINVAL");
		return;
	}
	out_namespaces(out, flags);
	out_kind(out, flags);
	out_end(out, &combination->creation);
	if (combination->stack_known && combination->creation.stack == 0 && (flags & CLONE_VM) != 0 &&
	    (flags & CLONE_VFORK) == 0)
		out_string(out, "; on the caller's own stack, which two running tasks will spoil");
}

bool
explain_rule_decides(const struct explain_combination *combination, const struct clone_rule *rule)
{
	return rule->until[0] == '\0' && (rule->by & combination->by) == combination->by;
}

bool
explain_is_refused(const struct explain_combination *combination)
{
	const struct clone_rule *rule = NULL;

	if (combination->created > 0)
		return false;
	while ((rule = explain_broken_rule(combination, rule)) != NULL)
		if (explain_rule_decides(combination, rule))
			return true;
	return false;
}

const struct clone_rule *
explain_broken_rule(const struct explain_combination *combination, const struct clone_rule *after)
{
	const struct clone_rule *rule = after != NULL ? after + 1 : clone_rules;

	while (rule->by != 0 && !clone_rule_is_broken(rule, &combination->creation, combination->by))
		rule++;
	return rule->by != 0 && combination->flags_known ? rule : NULL;
}

static void
out_flag_name(struct out *out, uint64_t value)
{
	for (const struct clone_flag *flag = clone_flags; flag->value != 0; flag++)
		if (flag->value == value)
			out_string(out, flag->name);
}

void
explain_rule(struct out *out, const struct clone_rule *rule)
{
	static const char *const between[] = {
		[CLONE_NEEDS] = " needs ",
		[CLONE_EXCLUDES] = " excludes ",
		[CLONE_NO_SIGNAL] = " excludes an exit signal",
		[CLONE_REFUSED] = " is refused",
		[CLONE_KNOWN_FLAGS] = "a bit is no flag",
		[CLONE_KNOWN_SIGNAL] = "the exit signal does not exist",
	};

	out_flag_name(out, rule->flag);
	out_string(out, between[rule->relation]);
	out_flag_name(out, rule->other);
}

void
explain_rule_scope(struct out *out, const struct clone_rule *rule, unsigned by)
{
	const char *before = "";

	if ((rule->by & by) != by) {
		out_string(out, rule->by == CLONE_BY_CLONE3 ? "clone3 only" : "clone only");
		before = ", ";
	}
	if (rule->until[0] != '\0') {
		out_string(out, before);
		out_string(out, "from Linux ");
		out_string(out, rule->since);
		out_string(out, " until ");
		out_string(out, rule->until);
	}
}

/* Names that strace does not know are names here. */
void
explain_flags(struct out *out, const struct explain_combination *combination)
{
	uint64_t flags = combination->creation.flags, unknown = clone_flags_unknown(flags);
	const char *before = "";

	for (const struct clone_flag *flag = clone_flags; flag->value != 0; flag++)
		if ((flags & flag->value) != 0) {
			out_string(out, before);
			out_string(out, flag->name);
			before = "|";
		}
	if (unknown != 0) {
		out_string(out, before);
		out_hex(out, unknown);
		before = "|";
	}
	if (combination->creation.exit_signal != 0 || flags == 0) {
		out_string(out, before);
		names_out_signal(out, combination->creation.exit_signal);
	}
}

const char *
explain_caller_name(size_t caller)
{
	if (caller == EXPLAIN_NO_CALL)
		return "no libc call";
	return caller < LIBC_CALL_COUNT ? libc_call_info((enum libc_call)caller)->name
					: "a libc call that is not in the trace";
}
