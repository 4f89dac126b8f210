/* task.c: see task.h. Hot path after task_init(); calls the kernel and, once a process, the sink. */
#include "preload/task.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>

#include "preload/clock.h"
#include "preload/sink.h"
#include "preload/x86_64/syscall.h"

#define ENTRIES 1024 /* tasks that can be inside a libc call, or inside a creation syscall, at the same instant */

/* The innermost frame of one task. */
struct frame_entry {
	_Atomic int32_t tid; /* 0: free */
	struct call_frame *_Atomic frame;
};

/* What one task has made so far, for inject.h. Found by the tid's last bits; a task that finds another's starts anew in its place. */
struct syscall_count {
	int32_t tid;
	uint32_t numbers[4];
};

#define SYSCALL_COUNTS 1024

/* Whole pages of its own, as the type's alignment sees to: what shares a page with it would be wiped with it. */
static struct task_area {
	_Atomic int32_t pid;     /* whose memory this is; 0: wiped by a fork */
	_Atomic uint32_t guests; /* processes that may run in this memory beside ours: task_expect_guest() */
	_Atomic uint64_t last_call_id;
	_Atomic uint64_t lost;
	_Atomic uint32_t frames_used, pending_used; /* entries beyond these were never claimed */
	_Atomic uint32_t helpers_used;
	struct helper helpers[HELPERS_MAX];
	struct syscall_count counts[SYSCALL_COUNTS];
	struct frame_entry frames[ENTRIES];
	struct pending_syscall pending[ENTRIES];
} __attribute__((aligned(4096))) area;

/* Outside the wiped pages: survives the fork, and tells the copy whose copy it is. */
static int32_t last_pid;

static _Atomic bool guests_are_known; /* false: a syscall that nobody observes may bring one */

static int32_t
current_tid(void)
{
	return (int32_t)syscall0(__NR_gettid);
}

static int32_t
current_pid(void)
{
	return (int32_t)syscall0(__NR_getpid);
}

int32_t
task_init(void)
{
	last_pid = current_pid();
	atomic_store(&area.pid, last_pid);
	/* Without it (before Linux 4.14) a child starts with entries of its parent's threads: harmless but for the space, as
	   their tids are not its own. */
	syscall3(__NR_madvise, (uint64_t)&area, sizeof(area), MADV_WIPEONFORK);
	return last_pid;
}

static void
notice_new_process(const struct event_head *head)
{
	struct event_process event = {.kind = PROCESS_COPIED};
	int32_t none = 0;

	if (!atomic_compare_exchange_strong(&area.pid, &none, head->pid))
		return;
	event.head.pid = head->pid;
	event.head.tid = head->tid;
	event.time_ns = clock_now_ns();
	event.copied_from = last_pid;
	last_pid = head->pid;
	sink_process(&event);
}

void
task_trust_probe(bool trusts)
{
	atomic_store(&guests_are_known, trusts);
}

void
task_expect_guest(void)
{
	atomic_fetch_add(&area.guests, 1);
}

void
task_guest_left(void)
{
	atomic_fetch_sub(&area.guests, 1);
}

/* A system call costs up to a microsecond (page-table isolation). Who runs in this memory is of the process that owns it, unless a
   guest may be here; who has the owner's own number is it in any case. */
static bool
is_owner(int32_t owner, int32_t tid)
{
	return tid == owner || (owner != 0 && guests_are_known && atomic_load(&area.guests) == 0);
}

void
task_identify(struct event_head *head)
{
	int32_t owner = atomic_load_explicit(&area.pid, memory_order_relaxed);

	head->tid = current_tid();
	head->pid = is_owner(owner, head->tid) ? owner : current_pid();
	if (owner == 0)
		notice_new_process(head);
}

bool
task_owns_memory(int32_t pid)
{
	return atomic_load_explicit(&area.pid, memory_order_relaxed) == pid;
}

uint64_t
task_next_call_id(void)
{
	return atomic_fetch_add_explicit(&area.last_call_id, 1, memory_order_relaxed) + 1;
}

const struct helper *
task_helpers(void)
{
	return area.helpers;
}

struct helper *
task_next_helper(void)
{
	return &area.helpers[atomic_fetch_add(&area.helpers_used, 1) % HELPERS_MAX];
}

uint64_t
task_count_syscall(int32_t tid, unsigned which)
{
	struct syscall_count *count = &area.counts[(uint32_t)tid % SYSCALL_COUNTS];

	if (count->tid != tid)
		*count = (struct syscall_count){.tid = tid};
	return ++count->numbers[which];
}

void
task_count_lost(void)
{
	atomic_fetch_add_explicit(&area.lost, 1, memory_order_relaxed);
}

uint64_t
task_lost(void)
{
	return atomic_load(&area.lost);
}

static void
raise_to(_Atomic uint32_t *used, uint32_t wanted)
{
	uint32_t seen = atomic_load(used);

	while (seen < wanted && !atomic_compare_exchange_weak(used, &seen, wanted))
		;
}

/* tkill(2) with signal 0 tells. */
bool
task_is_gone(int32_t tid)
{
	return syscall2(__NR_tkill, (uint64_t)tid, 0) == -ESRCH;
}

static struct frame_entry *
find_frame_entry(int32_t tid)
{
	for (uint32_t i = 0, used = atomic_load(&area.frames_used); i < used; i++)
		if (atomic_load_explicit(&area.frames[i].tid, memory_order_relaxed) == tid)
			return &area.frames[i];
	return NULL;
}

/* Where a sandbox denies gettid, nobody has an entry: all would have the same, and find each other's frames in it. */
static struct frame_entry *
claim_frame_entry(int32_t tid, bool reclaim)
{
	if (tid <= 0)
		return NULL;
	for (uint32_t i = 0; i < ENTRIES; i++) {
		struct frame_entry *entry = &area.frames[i];
		int32_t owner = atomic_load_explicit(&entry->tid, memory_order_relaxed);

		if (owner != 0 && !(reclaim && task_is_gone(owner)))
			continue;
		if (!atomic_compare_exchange_strong(&entry->tid, &owner, tid))
			continue;
		atomic_store(&entry->frame, NULL);
		raise_to(&area.frames_used, i + 1);
		return entry;
	}
	return NULL;
}

struct call_frame *
task_frame(int32_t tid)
{
	struct frame_entry *entry = find_frame_entry(tid);

	return entry != NULL ? atomic_load(&entry->frame) : NULL;
}

bool
task_is_on_signal_stack(void)
{
	stack_t stack = {.ss_flags = 0};

	return syscall2(__NR_sigaltstack, 0, (uint64_t)&stack) == 0 && (stack.ss_flags & SS_ONSTACK) != 0;
}

/* Stacks grow down. libc's own frames between an interposer and a syscall, and those of a handler that runs in between, are far
   smaller than this; what lies farther away belongs to another stack, or to nobody any more. */
#define STACK_REACH (1u << 20)

bool
task_is_on_stack(const struct call_frame *frame, uint64_t stack)
{
	return (uint64_t)frame > stack && (uint64_t)frame - stack < STACK_REACH;
}

/* A frame that is still open lies above a newer one. One that does not was left by longjmp, unless the newer one is on a signal
   stack, which may be anywhere. An abandoned frame is not even looked at: its memory is somebody else's by now. */
static bool
is_still_open(const struct call_frame *old, const struct call_frame *new)
{
	return task_is_on_stack(old, (uint64_t) new) || task_is_on_signal_stack();
}

void
task_push_frame(struct call_frame *frame)
{
	struct frame_entry *entry = find_frame_entry(frame->head.tid);

	if (entry == NULL) {
		entry = claim_frame_entry(frame->head.tid, false);
		if (entry == NULL)
			entry = claim_frame_entry(frame->head.tid, true);
		if (entry == NULL)
			return;
		frame->owns_entry = true;
	}
	frame->outer = atomic_load(&entry->frame);
	if (frame->outer != NULL && !is_still_open(frame->outer, frame)) {
		frame->outer = NULL;
		frame->left_earlier = true;
	}
	frame->is_pushed = true;
	atomic_store(&entry->frame, frame);
}

void
task_pop_frame(struct call_frame *frame)
{
	struct frame_entry *entry = frame->is_pushed ? find_frame_entry(frame->head.tid) : NULL;

	if (entry == NULL)
		return;
	atomic_store(&entry->frame, frame->outer);
	/* Only the frame that claimed the entry gives it back: a signal handler that came in between the claim and the store
	   finds the entry claimed and leaves it so. */
	if (frame->owns_entry)
		atomic_store_explicit(&entry->tid, 0, memory_order_release);
}

void
task_move_frame(struct call_frame *frame, const struct event_head *child)
{
	frame->begun_pid = frame->head.pid;
	frame->begun_as_id = frame->head.call_id;
	frame->head.pid = child->pid;
	frame->head.tid = child->tid;
	frame->head.call_id = task_next_call_id();
	if (frame->window != 0)
		frame->window_missing = "it goes on in a copy of the process";
	frame->window = 0;
}

void
task_inherit_frames(struct call_frame *frame, const struct event_head *child)
{
	struct frame_entry *entry;

	if (frame->outer == NULL)
		return;
	entry = find_frame_entry(child->tid);
	if (entry == NULL)
		entry = claim_frame_entry(child->tid, false);
	if (entry == NULL)
		return;
	for (struct call_frame *outer = frame->outer; outer != NULL; outer = outer->outer) {
		task_move_frame(outer, child);
		outer->owns_entry = outer->outer == NULL;
	}
	atomic_store(&entry->frame, frame->outer);
}

static struct pending_syscall *
claim_pending(int32_t tid, bool reclaim)
{
	for (uint32_t i = 0; i < ENTRIES; i++) {
		struct pending_syscall *pending = &area.pending[i];
		int32_t owner = atomic_load_explicit(&pending->tid, memory_order_relaxed);

		if (owner != 0 && !(reclaim && task_is_gone(owner)))
			continue;
		if (!atomic_compare_exchange_strong(&pending->tid, &owner, tid))
			continue;
		atomic_store(&pending->stack, 0);
		raise_to(&area.pending_used, i + 1);
		return pending;
	}
	return NULL;
}

struct pending_syscall *
task_claim_pending(int32_t tid)
{
	struct pending_syscall *pending = claim_pending(tid, false);

	return pending != NULL ? pending : claim_pending(tid, true);
}

struct pending_syscall *
task_find_pending(int32_t tid, uint64_t stack)
{
	for (uint32_t i = 0, used = atomic_load(&area.pending_used); i < used; i++) {
		struct pending_syscall *pending = &area.pending[i];

		if (atomic_load_explicit(&pending->tid, memory_order_relaxed) == tid &&
		    atomic_load_explicit(&pending->stack, memory_order_relaxed) == stack)
			return pending;
	}
	return NULL;
}

void
task_release_pending(struct pending_syscall *pending)
{
	atomic_store(&pending->stack, 0);
	atomic_store_explicit(&pending->tid, 0, memory_order_release);
}

void
task_forget_announced(int32_t tid, uint64_t stack)
{
	for (uint32_t i = 0, used = atomic_load(&area.pending_used); i < used; i++) {
		struct pending_syscall *pending = &area.pending[i];
		uint64_t announced_at = atomic_load(&pending->stack);

		if (atomic_load(&pending->tid) == tid && pending->is_announced && announced_at != 0 &&
		    announced_at <= stack && !task_is_on_signal_stack())
			task_release_pending(pending);
	}
}
