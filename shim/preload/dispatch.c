/* dispatch.c: see dispatch.h. Hot path after dispatch_init(). */
#include "preload/dispatch.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "decode/names.h"
#include "preload/clock.h"
#include "preload/memory.h"
#include "preload/modules.h"
#include "preload/observe_path.h"
#include "preload/pages.h"
#include "preload/probe_patch.h"
#include "preload/sink.h"
#include "preload/task.h"
#include "preload/x86_64/syscall.h"

/* linux/prctl.h of Linux 5.11. */
#define DISPATCH_OPTION 59 /* PR_SET_SYSCALL_USER_DISPATCH */
#define DISPATCH_OFF 0
#define DISPATCH_ON 1

#define WINDOWS 512 /* that can be open at the same instant */

/* Signals that the kernel raises for what an instruction does, signal(7): one that is blocked then ends the program. */
#define FAULTS \
	(SIGNAL_BIT(SIGSEGV) | SIGNAL_BIT(SIGBUS) | SIGNAL_BIT(SIGFPE) | SIGNAL_BIT(SIGILL) | SIGNAL_BIT(SIGTRAP))
#define BLOCKED_WHILE_ARMED (~(FAULTS | SIGNAL_BIT(SIGSYS)))

enum window_state {
	WINDOW_CLOSED, /* being opened, or closed */
	WINDOW_ARMED,
	WINDOW_IN_SYSCALL,
	WINDOW_PAUSED,
};

struct window {
	_Atomic int32_t tid;    /* owner; 0: free */
	_Atomic uint32_t state; /* enum window_state */
	struct event_head head; /* of the call that it was opened for */
	uint64_t stack;         /* its place on the stack: what it does is below */
	bool is_for_one;        /* closed before the first creation syscall, so that the child finds nothing of it */
	uint64_t mask;          /* the program's, while it is armed */
	bool has_kept;          /* a SIGSYS that the program has blocked, and that must wait */
	siginfo_t kept;
	bool is_in_borrowed_memory;
	struct sigsys_action own_action; /* with is_in_borrowed_memory: of its process */
	uint64_t syscall_stack;          /* IN_SYSCALL: the stack pointer at the system call */
	struct event_path_syscall event;
};

/* Pages of their own, as task.c's: wiped in a fork's child. */
static RARELY_USED struct window_area {
	_Atomic uint32_t used; /* windows beyond these were never opened */
	struct window windows[WINDOWS];
} __attribute__((aligned(4096))) area;

static enum dispatch_use used;
static bool path_is_shown;
static uint64_t own_text, own_text_size;

/* Where system calls are not trapped: the shim's own code. */
static bool
find_own_text(void)
{
	const struct module *shim = NULL;

	for (size_t place = 0; (shim = modules_at(place)) != NULL && !module_is_shim(shim); place++)
		;
	for (uint32_t i = 0; shim != NULL && i < shim->program_header_count; i++) {
		const Elf64_Phdr *segment = &shim->program_headers[i];

		if (segment->p_type != PT_LOAD || (segment->p_flags & PF_X) == 0)
			continue;
		own_text = shim->base + segment->p_vaddr;
		own_text_size = segment->p_memsz;
		return true;
	}
	return false;
}

int
dispatch_init(enum dispatch_use use, bool shows_path, struct out *reason)
{
	int64_t error = syscall6(__NR_prctl, DISPATCH_OPTION, DISPATCH_OFF, 0, 0, 0, 0);
	const char *name = names_errno((int)-error);

	if (error < 0) {
		out_string(reason, error == -EINVAL ? "the kernel has no Syscall User Dispatch (Linux 5.11)"
						    : "Syscall User Dispatch is not permitted here (prctl): ");
		out_string(reason, error == -EINVAL ? NULL : name);
		return (int)error;
	}
	if (!find_own_text()) {
		out_string(reason, "the shim's own text was not found");
		return -ENOENT;
	}
	sigsys_init(dispatch_trap, dispatch_restorer);
	syscall3(__NR_madvise, (uint64_t)&area, sizeof(area), MADV_WIPEONFORK);
	path_is_shown = shows_path;
	used = use;
	return 0;
}

enum dispatch_use
dispatch_used(void)
{
	return used;
}

static bool
arm(void)
{
	return syscall6(__NR_prctl, DISPATCH_OPTION, DISPATCH_ON, own_text, own_text_size, 0, 0) == 0;
}

static void
disarm(void)
{
	syscall6(__NR_prctl, DISPATCH_OPTION, DISPATCH_OFF, 0, 0, 0, 0);
}

static int32_t
current_tid(void)
{
	return (int32_t)syscall0(__NR_gettid);
}

static struct window *
find_in_state(int32_t tid, enum window_state state)
{
	for (uint32_t i = 0, count = atomic_load(&area.used); i < count; i++)
		if (atomic_load_explicit(&area.windows[i].tid, memory_order_relaxed) == tid &&
		    atomic_load_explicit(&area.windows[i].state, memory_order_relaxed) == state)
			return &area.windows[i];
	return NULL;
}

/* The window that `frame` opened or joined. */
static struct window *
find_of_frame(const struct call_frame *frame)
{
	for (uint32_t i = 0, count = atomic_load(&area.used); i < count; i++)
		if (atomic_load_explicit(&area.windows[i].tid, memory_order_relaxed) == frame->head.tid &&
		    area.windows[i].head.call_id == frame->window)
			return &area.windows[i];
	return NULL;
}

static struct window *
find_in_syscall(int32_t tid, uint64_t stack)
{
	for (uint32_t i = 0, count = atomic_load(&area.used); i < count; i++) {
		struct window *window = &area.windows[i];

		if (atomic_load_explicit(&window->tid, memory_order_relaxed) == tid &&
		    atomic_load(&window->state) == WINDOW_IN_SYSCALL && window->syscall_stack == stack)
			return window;
	}
	return NULL;
}

static void
free_window(struct window *window)
{
	atomic_store(&window->state, WINDOW_CLOSED);
	atomic_store_explicit(&window->tid, 0, memory_order_release);
}

/* One that was open. All signals are blocked. */
static void
release_window(struct window *window)
{
	bool is_in_borrowed_memory = window->is_in_borrowed_memory;
	struct sigsys_action own = window->own_action;

	free_window(window);
	if (is_in_borrowed_memory)
		sigsys_release_in_borrowed_memory(&own);
	else
		sigsys_release();
}

/* Frees the windows of calls that were left: by longjmp(3), which goes to above them, or with their task. All signals are blocked. */
static void
drop_left(int32_t tid, uint64_t stack, bool of_gone_tasks)
{
	for (uint32_t i = 0, count = atomic_load(&area.used); i < count; i++) {
		struct window *window = &area.windows[i];
		int32_t owner = atomic_load(&window->tid);
		bool is_left = owner == tid && window->stack <= stack && !task_is_on_signal_stack();
		bool is_gone = of_gone_tasks && owner != 0 && task_is_gone(owner);

		if (!(is_left || is_gone) || atomic_load(&window->state) == WINDOW_CLOSED)
			continue;
		if (is_left || !window->is_in_borrowed_memory)
			release_window(window);
		else
			free_window(window); /* its process is gone, and its handlers with it */
	}
}

static struct window *
claim(int32_t tid)
{
	for (uint32_t i = 0; i < WINDOWS; i++) {
		int32_t nobody = 0;
		uint32_t count = atomic_load(&area.used);

		if (atomic_load_explicit(&area.windows[i].tid, memory_order_relaxed) != 0 ||
		    !atomic_compare_exchange_strong(&area.windows[i].tid, &nobody, tid))
			continue;
		while (count < i + 1 && !atomic_compare_exchange_weak(&area.used, &count, i + 1))
			;
		return &area.windows[i];
	}
	return NULL;
}

/* From here on a SIGSYS that the program has blocked, and we have not, is kept. */
static void
let_sigsys_in(struct window *window)
{
	atomic_store(&window->state, WINDOW_ARMED);
	if ((window->mask & SIGNAL_BIT(SIGSYS)) != 0)
		sigsys_change_mask(SIG_UNBLOCK, SIGNAL_BIT(SIGSYS), NULL);
}

/* At most one is at a place on a stack: another one there was left by longjmp(3) out of a handler. Its signals are blocked. */
static void
enter_syscall(struct window *window, uint64_t stack)
{
	struct window *stale = find_in_syscall(atomic_load(&window->tid), stack);

	if (stale != NULL)
		release_window(stale);
	window->syscall_stack = stack;
	atomic_store(&window->state, WINDOW_IN_SYSCALL);
}

/* Gives the mask that is the program's, which the caller sees to. Not armed any more. */
static uint64_t
close_window(struct window *window)
{
	uint64_t mask = window->mask;

	if (window->has_kept) {
		sigsys_change_mask(SIG_BLOCK, SIGNAL_BIT(SIGSYS), NULL);
		sigsys_requeue(&window->kept);
	}
	release_window(window);
	return mask;
}

/* Whether a SIGSYS that the program has blocked waits to be delivered. */
static bool
sigsys_is_pending(void)
{
	uint64_t pending = 0;

	syscall2(__NR_rt_sigpending, (uint64_t)&pending, sizeof(pending));
	return (pending & SIGNAL_BIT(SIGSYS)) != 0;
}

/* Whether another task of the same process has a window. Each of two that look at the same time finds the other's. */
static bool
is_alone(const struct window *window)
{
	for (uint32_t i = 0, count = atomic_load(&area.used); i < count; i++) {
		const struct window *other = &area.windows[i];
		int32_t owner = atomic_load(&other->tid);

		if (owner != 0 && owner != window->head.tid && other->head.pid == window->head.pid)
			return false;
	}
	return true;
}

/* Its signals are blocked. Returns NULL; or why that cannot be. */
static const char *
take_sigsys(struct window *window)
{
	if ((window->mask & SIGNAL_BIT(SIGSYS)) != 0 && sigsys_is_pending())
		return "a SIGSYS is pending";
	if (window->is_in_borrowed_memory && !is_alone(window))
		return "one of several tasks in memory that is another process's";
	if ((window->is_in_borrowed_memory ? sigsys_hold_in_borrowed_memory(&window->own_action) : sigsys_hold()) != 0)
		return "SIGSYS could not be taken";
	return NULL;
}

/* Children would not find it ignored. */
static bool
is_ignored(const struct window *window)
{
	struct sigsys_action program = window->is_in_borrowed_memory ? window->own_action : sigsys_program_action();

	return program.handler == (uint64_t)SIG_IGN;
}

static void
fill_window(struct window *window, const struct event_head *head, uint64_t stack, uint64_t mask)
{
	window->head = *head;
	window->stack = stack;
	window->mask = mask;
	window->has_kept = false;
	window->is_in_borrowed_memory = !task_owns_memory(head->pid);
	atomic_thread_fence(memory_order_seq_cst); /* before is_alone() */
}

/* Returns NULL; or why there is none. */
static const char *
open_window(const struct event_head *head, uint64_t stack, bool is_for_one)
{
	struct window *window;
	const char *why;
	uint64_t mask;

	if (head->tid <= 0)
		return "a sandbox denies gettid"; /* tasks could not be told from each other */
	if (sigsys_change_mask(SIG_BLOCK, BLOCKED_WHILE_ARMED, &mask) != 0)
		return "a sandbox denies rt_sigprocmask";
	drop_left(head->tid, stack, false);
	window = claim(head->tid);
	if (window == NULL) {
		drop_left(head->tid, stack, true);
		window = claim(head->tid);
	}
	if (window == NULL) {
		sigsys_change_mask(SIG_SETMASK, mask, NULL);
		return "too many calls at once";
	}
	fill_window(window, head, stack, mask);
	window->is_for_one = is_for_one;
	why = take_sigsys(window);
	if (why != NULL) {
		free_window(window);
		sigsys_change_mask(SIG_SETMASK, mask, NULL);
		return why;
	}
	if (is_ignored(window)) {
		sigsys_change_mask(SIG_SETMASK, close_window(window), NULL);
		return "the program ignores SIGSYS";
	}
	let_sigsys_in(window);
	if (arm())
		return NULL;
	sigsys_change_mask(SIG_SETMASK, close_window(window), NULL);
	return "the kernel refuses it (prctl)";
}

/* Armed again, once the mask may have become another. */
static void
arm_again(struct window *window)
{
	sigsys_change_mask(SIG_BLOCK, BLOCKED_WHILE_ARMED, &window->mask);
	let_sigsys_in(window);
	if (!arm())
		sigsys_change_mask(SIG_SETMASK, close_window(window), NULL);
}

/* As far as it can be known: the call that it was opened for is still under way. */
static bool
is_around(const struct window *window, uint64_t stack)
{
	return window->stack == stack || task_is_on_stack((const struct call_frame *)window->stack, stack) ||
	       task_is_on_signal_stack();
}

void
dispatch_enter(struct call_frame *frame)
{
	struct window *window;

	frame->window = 0;
	frame->joins_window = false;
	frame->window_missing = NULL;
	if (used == DISPATCH_UNUSED)
		return;
	window = find_in_state(frame->head.tid, WINDOW_ARMED);
	if (window == NULL)
		return;
	disarm();
	if (!is_around(window, (uint64_t)frame)) {
		sigsys_change_mask(SIG_SETMASK, close_window(window), NULL);
		return;
	}
	atomic_store(&window->state, WINDOW_PAUSED);
	frame->window = window->head.call_id;
	frame->joins_window = true;
}

static void
go_on(struct window *window)
{
	atomic_store(&window->state, WINDOW_ARMED);
	if (!arm())
		sigsys_change_mask(SIG_SETMASK, close_window(window), NULL);
}

/* clone(2) is one system call, and nothing of ours is left for its child. Where its site is patched, no window is needed. */
static bool
needs_window(const struct call_frame *frame)
{
	return frame->is_pushed && (frame->call != CALL_CLONE || used == DISPATCH_CREATIONS);
}

void
dispatch_begin(struct call_frame *frame)
{
	struct window *window;

	if (frame->window != 0) {
		window = find_of_frame(frame);
		if (window != NULL)
			go_on(window);
	} else if (used != DISPATCH_UNUSED && needs_window(frame)) {
		frame->window_missing = open_window(&frame->head, (uint64_t)frame, frame->call == CALL_CLONE);
		if (frame->window_missing == NULL)
			frame->window = frame->head.call_id;
	}
}

void
dispatch_leave(struct call_frame *frame)
{
	struct window *window;

	if (frame->window == 0)
		return;
	window = find_of_frame(frame);
	if (window == NULL || atomic_load(&window->state) != WINDOW_ARMED) {
		if (frame->call != CALL_CLONE)
			frame->window_missing = "it was left on the way";
		return;
	}
	disarm();
	if (frame->joins_window)
		atomic_store(&window->state, WINDOW_PAUSED);
	else
		sigsys_change_mask(SIG_SETMASK, close_window(window), NULL);
}

void
dispatch_return(struct call_frame *frame)
{
	struct window *window = frame->joins_window ? find_of_frame(frame) : NULL;

	if (window != NULL && atomic_load(&window->state) == WINDOW_PAUSED)
		go_on(window);
}

void
dispatch_return_in_child(const struct call_frame *frame)
{
	if (frame->window != 0)
		sigsys_settle_in_child();
}

/* A fork in the midst of a call that has a window: an atfork handler's. The child goes on with that call, in a window of its own. */
void
dispatch_go_on_in_child(const struct call_frame *frame)
{
	struct call_frame *owner = frame->outer;

	if (!frame->joins_window)
		return;
	while (owner != NULL && owner->joins_window)
		owner = owner->outer;
	if (owner == NULL || open_window(&owner->head, (uint64_t)owner, false) != NULL)
		return;
	for (struct call_frame *inside = frame->outer;; inside = inside->outer) {
		inside->window = owner->head.call_id;
		inside->window_missing = NULL;
		if (inside == owner)
			return;
	}
}

/* libc may call such a function inside a call that has a window. */
const char *
dispatch_announce(const struct event_head *head, uint64_t stack)
{
	struct window *window = find_in_state(head->tid, WINDOW_ARMED);

	if (window != NULL && is_around(window, stack))
		return NULL;
	return open_window(head, stack, true);
}

/* The program's mask, for the new task to get, and for the program's handlers meanwhile. */
void
dispatch_suspend(int32_t tid, uint64_t stack)
{
	struct window *window = used != DISPATCH_UNUSED ? find_in_state(tid, WINDOW_ARMED) : NULL;

	if (window == NULL)
		return;
	disarm();
	if (window->is_for_one || !is_around(window, stack)) {
		sigsys_change_mask(SIG_SETMASK, close_window(window), NULL);
		return;
	}
	enter_syscall(window, stack);
	sigsys_change_mask(SIG_SETMASK, window->mask, NULL);
	if (window->has_kept)
		sigsys_requeue(&window->kept);
	window->has_kept = false;
}

void
dispatch_resume(int32_t tid, uint64_t stack)
{
	struct window *window = used != DISPATCH_UNUSED ? find_in_syscall(tid, stack) : NULL;

	if (window != NULL)
		arm_again(window);
}

static void
tell(struct window *window)
{
	if (!path_is_shown)
		return;
	if (sink_names_locations())
		modules_locate(window->event.site.address, &window->event.site);
	sink_path_syscall(&window->event);
}

/* Begins the event. */
static void
observe(struct window *window, const struct trapped_syscall *trapped)
{
	struct event_path_syscall *event = &window->event;
	int32_t tid = atomic_load(&window->tid);
	struct call_frame *frame = call_around(tid, trapped->stack);

	event->head = frame != NULL ? frame->head : window->head;
	event->head.depth++;
	event->nr = trapped->nr;
	event->returned = false;
	event->duration_observed = false;
	event->site.address = trapped->site;
	memcpy(event->args, trapped->args, sizeof(event->args));
	observe_path_before(event);
	event->start_ns = clock_now_ns();
}

static void
complete(struct window *window, int64_t result)
{
	struct event_path_syscall *event = &window->event;

	event->duration_ns = clock_now_ns() - event->start_ns;
	event->duration_observed = true;
	event->returned = true;
	event->result = result;
	observe_path_after(event);
	tell(window);
}

/* sigaction(2) of SIGSYS, as the kernel would: kernel/signal.c, rt_sigaction. */
static int64_t
change_program_action(const uint64_t *args)
{
	struct sigsys_action old = sigsys_program_action();

	if (args[3] != sizeof(uint64_t))
		return -EINVAL;
	if ((args[1] != 0 && !memory_readable(args[1], sizeof(old))) ||
	    (args[2] != 0 && !memory_readable(args[2], sizeof(old))))
		return -EFAULT;
	if (args[1] != 0)
		sigsys_set_program_action((const struct sigsys_action *)args[1]);
	if (args[2] != 0)
		memcpy((void *)args[2], &old, sizeof(old));
	return 0;
}

static struct trapped_fate
answer(struct window *window, const struct trapped_syscall *trapped, uint64_t mask)
{
	struct trapped_fate fate = {.kind = TRAPPED_ANSWERED, .mask = mask};

	observe(window, trapped);
	fate.result = change_program_action(trapped->args);
	complete(window, fate.result);
	if (!arm())
		fate.mask = close_window(window);
	return fate;
}

/* The task ends by it, or does without us: it is made as if we were not there. */
static bool
is_last(const struct trapped_syscall *trapped)
{
	return trapped->nr == __NR_exit || trapped->nr == __NR_exit_group ||
	       (trapped->nr == __NR_prctl && trapped->args[0] == DISPATCH_OPTION);
}

static struct trapped_fate
make_in_place(struct window *window)
{
	return (struct trapped_fate){.kind = TRAPPED_IN_PLACE, .mask = close_window(window)};
}

/* Not armed any more. */
static struct trapped_fate
decide(struct window *window, const struct trapped_syscall *trapped, uint64_t mask)
{
	if (is_last(trapped)) {
		observe(window, trapped);
		tell(window);
		return make_in_place(window);
	}
	if (trapped->nr == __NR_rt_sigaction && (int32_t)trapped->args[0] == SIGSYS)
		return answer(window, trapped, mask);
	observe(window, trapped);
	enter_syscall(window, trapped->stack);
	if (window->has_kept)
		sigsys_requeue(&window->kept); /* our handler has it blocked */
	window->has_kept = false;
	return (struct trapped_fate){.kind = TRAPPED_TO_STUB, .mask = window->mask};
}

struct trapped_fate
dispatch_trapped(const struct trapped_syscall *trapped, uint64_t mask)
{
	struct window *window = find_in_state(current_tid(), WINDOW_ARMED);

	if (window != NULL && is_around(window, trapped->stack) && names_creation_syscall(trapped->nr) != NULL) {
		uint64_t stub = probe_patch_lend_stub(trapped->site, trapped->nr);

		if (stub != 0)
			return (struct trapped_fate){.kind = TRAPPED_TO_CREATION_STUB, .stub = stub, .mask = mask};
	}
	disarm();
	if (window == NULL)
		return (struct trapped_fate){.kind = TRAPPED_IN_PLACE, .mask = mask};
	if (!is_around(window, trapped->stack) || names_creation_syscall(trapped->nr) != NULL)
		return make_in_place(window);
	return decide(window, trapped, mask);
}

void
dispatch_give_up(uint64_t *mask)
{
	struct window *window = find_in_state(current_tid(), WINDOW_ARMED);

	disarm();
	if (window != NULL)
		*mask = close_window(window);
}

uint64_t
dispatch_hand_on(siginfo_t *information, void *context, uint64_t mask)
{
	struct window *window = find_in_state(current_tid(), WINDOW_ARMED);
	uint64_t armed_mask = mask;

	if (window == NULL) {
		sigsys_hand_on(information, context, &mask);
		return mask;
	}
	if ((window->mask & SIGNAL_BIT(SIGSYS)) != 0) {
		window->kept = *information;
		window->has_kept = true;
		return mask;
	}
	disarm();
	window->syscall_stack = 0;
	atomic_store(&window->state, WINDOW_IN_SYSCALL);
	sigsys_hand_on(information, context, &window->mask);
	atomic_store(&window->state, WINDOW_ARMED);
	return arm() ? armed_mask : close_window(window);
}

void
dispatch_syscall_after(uint64_t stack, int64_t result)
{
	struct window *window = find_in_syscall(current_tid(), stack);

	if (window == NULL)
		return; /* in a copy, where a handler forked during the system call and returned in the child */
	complete(window, result);
	arm_again(window);
}
