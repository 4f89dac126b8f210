/*
 * interpose_wait.c: the wait family, wait(2), wait4(2): nothing is created there, but it is where a process is seen to end, and with
 * which status. Told to the trace alone. Hot path; forwards to libc.
 *
 * A caller that does not want the status passes NULL; the kernel is then given a place of ours, which changes nothing for the caller.
 */
#include <errno.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "preload/clock.h"
#include "preload/export.h"
#include "preload/init.h"
#include "preload/modules.h"
#include "preload/real.h"
#include "preload/sink.h"
#include "preload/task.h"

static void
tell(pid_t child, int status)
{
	struct event_child_ended event = {.child = child, .wait_status = status};

	if (child <= 0 || !(WIFEXITED(status) || WIFSIGNALED(status)))
		return;
	task_identify(&event.head);
	event.time_ns = clock_now_ns();
	sink_child_ended(&event);
}

/* libc's function `name`, which is looked for once. */
static void *
find(_Atomic uint64_t *cache, const char *name)
{
	uint64_t address = atomic_load_explicit(cache, memory_order_relaxed);

	if (address == 0) {
		address = modules_find_next(name);
		atomic_store_explicit(cache, address, memory_order_relaxed);
	}
	if (address == 0)
		real_set_errno(ENOSYS);
	return (void *)address;
}

/* The body of a function whose status is behind the pointer `status`. */
#define FORWARD_WAIT(name, types, ...)                                        \
	do {                                                                  \
		static _Atomic uint64_t cache_;                               \
		bool records_ = init_is_active() && sink_records();           \
		pid_t(*forward_) types = (pid_t(*) types)find(&cache_, name); \
		int own_status_ = 0;                                          \
		pid_t child_;                                                 \
		if (forward_ == NULL)                                         \
			return -1;                                            \
		if (records_ && status == NULL)                               \
			status = &own_status_;                                \
		child_ = forward_(__VA_ARGS__);                               \
		if (records_ && child_ > 0)                                   \
			tell(child_, *status);                                \
		return child_;                                                \
	} while (0)

EXPORT pid_t
wait(int *status)
{
	FORWARD_WAIT("wait", (int *), status);
}

EXPORT pid_t
waitpid(pid_t pid, int *status, int options)
{
	FORWARD_WAIT("waitpid", (pid_t, int *, int), pid, status, options);
}

EXPORT pid_t
wait3(int *status, int options, struct rusage *usage)
{
	FORWARD_WAIT("wait3", (int *, int, struct rusage *), status, options, usage);
}

EXPORT pid_t
wait4(pid_t pid, int *status, int options, struct rusage *usage)
{
	FORWARD_WAIT("wait4", (pid_t, int *, int, struct rusage *), pid, status, options, usage);
}

/* The status as waitpid would have given it. -1: the child has not ended. */
static int
status_of(const siginfo_t *information)
{
	switch (information->si_code) {
	case CLD_EXITED:
		return (information->si_status & 0xff) << 8;
	case CLD_KILLED:
		return information->si_status;
	case CLD_DUMPED:
		return information->si_status | 0x80;
	default:
		return -1;
	}
}

EXPORT int
waitid(idtype_t type, id_t id, siginfo_t *information, int options)
{
	static _Atomic uint64_t cache;
	bool records = init_is_active() && sink_records();
	int (*forward)(idtype_t, id_t, siginfo_t *, int) =
		(int (*)(idtype_t, id_t, siginfo_t *, int))find(&cache, "waitid");
	int result;

	if (forward == NULL)
		return -1;
	result = forward(type, id, information, options);
	if (records && result == 0 && information != NULL && information->si_signo == SIGCHLD &&
	    (options & WNOWAIT) == 0 && status_of(information) != -1)
		tell(information->si_pid, status_of(information));
	return result;
}
