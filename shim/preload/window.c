/* window.c: see window.h. Hot path after window_init(). */
#include "preload/window.h"

#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>

#include "preload/modules.h"
#include "preload/pages.h"
#include "preload/task.h"
#include "preload/x86_64/syscall.h"

#define WINDOWS 512 /* that can be open at the same instant */

/* Signals that the kernel raises for what an instruction does, signal(7): one that is blocked then ends the program. */
#define FAULTS \
	(SIGNAL_BIT(SIGSEGV) | SIGNAL_BIT(SIGBUS) | SIGNAL_BIT(SIGFPE) | SIGNAL_BIT(SIGILL) | SIGNAL_BIT(SIGTRAP))
#define BLOCKED_WHILE_ARMED (~(FAULTS | SIGNAL_BIT(SIGSYS)))

/* Pages of their own, as task.c's: wiped in a fork's child. */
static RARELY_USED struct window_area {
	_Atomic uint32_t used; /* windows beyond these were never opened */
	struct window windows[WINDOWS];
} __attribute__((aligned(4096))) area;

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

bool
window_init(void)
{
	syscall3(__NR_madvise, (uint64_t)&area, sizeof(area), MADV_WIPEONFORK);
	return find_own_text();
}

bool
window_arm(void)
{
	return syscall6(__NR_prctl, WINDOW_DISPATCH, WINDOW_DISPATCH_ON, own_text, own_text_size, 0, 0) == 0;
}

void
window_disarm(void)
{
	syscall6(__NR_prctl, WINDOW_DISPATCH, WINDOW_DISPATCH_OFF, 0, 0, 0, 0);
}

struct window *
window_in_state(int32_t tid, enum window_state state)
{
	for (uint32_t i = 0, count = atomic_load(&area.used); i < count; i++)
		if (atomic_load_explicit(&area.windows[i].tid, memory_order_relaxed) == tid &&
		    atomic_load_explicit(&area.windows[i].state, memory_order_relaxed) == state)
			return &area.windows[i];
	return NULL;
}

/* The window that `frame` opened or joined. */
struct window *
window_of_frame(const struct call_frame *frame)
{
	for (uint32_t i = 0, count = atomic_load(&area.used); i < count; i++)
		if (atomic_load_explicit(&area.windows[i].tid, memory_order_relaxed) == frame->head.tid &&
		    area.windows[i].head.call_id == frame->window)
			return &area.windows[i];
	return NULL;
}

struct window *
window_in_syscall(int32_t tid, uint64_t stack)
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
void
window_enter_syscall(struct window *window, uint64_t stack)
{
	struct window *stale = window_in_syscall(atomic_load(&window->tid), stack);

	if (stale != NULL)
		release_window(stale);
	window->syscall_stack = stack;
	atomic_store(&window->state, WINDOW_IN_SYSCALL);
}

/* Gives the mask that is the program's, which the caller sees to. Not armed any more. */
uint64_t
window_close(struct window *window)
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
const char *
window_open(const struct event_head *head, uint64_t stack, bool is_for_one)
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
		sigsys_change_mask(SIG_SETMASK, window_close(window), NULL);
		return "the program ignores SIGSYS";
	}
	let_sigsys_in(window);
	if (window_arm())
		return NULL;
	sigsys_change_mask(SIG_SETMASK, window_close(window), NULL);
	return "the kernel refuses it (prctl)";
}

/* Armed again, once the mask may have become another. */
void
window_arm_again(struct window *window)
{
	sigsys_change_mask(SIG_BLOCK, BLOCKED_WHILE_ARMED, &window->mask);
	let_sigsys_in(window);
	if (!window_arm())
		sigsys_change_mask(SIG_SETMASK, window_close(window), NULL);
}

/* As far as it can be known: the call that it was opened for is still under way. */
bool
window_is_around(const struct window *window, uint64_t stack)
{
	return window->stack == stack || task_is_on_stack((const struct call_frame *)window->stack, stack) ||
	       task_is_on_signal_stack();
}
