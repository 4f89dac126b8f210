/* task.c: see task.h. Hot path after task_init(); calls the kernel and, once a process, the sink. */
#include "preload/task.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "preload/clock.h"
#include "preload/libc_identity.h"
#include "preload/memory.h"
#include "preload/pages.h"
#include "preload/sink.h"
#include "preload/x86_64/syscall.h"
#include "preload/x86_64/thread_pointer.h"

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

/* Whole pages each, as the types' alignment sees to, and side by side, so that what an event needs of them comes at once. */
static WIPED_BY_FORK struct {
	/* Survives a fork. */
	struct {
		int32_t last_pid;       /* tells a copy whose copy it is */
		uint64_t memory_record; /* less 1: what is not set is nowhere */
		bool is_wiped;          /* the pages below are, in a copy: else it takes itself for its original */
		_Atomic bool guests_are_known; /* false: a syscall that nobody observes may bring one */
		/* From a thread pointer to where the kernel stored the thread's tid when libc created it. 0: not known. */
		_Atomic uint64_t tid_distance;
	} kept __attribute__((aligned(4096)));

	/* A fork's child finds it wiped. */
	struct task_area {
		_Atomic int32_t pid;     /* whose memory this is; 0: wiped by a fork */
		_Atomic uint32_t guests; /* processes that may run in this memory beside ours: task_expect_guest() */
		_Atomic bool
			has_threads; /* one may have been created: this memory has other tasks than its owner's first */
		_Atomic bool reads_tids;   /* each of them has its own tid at tid_distance */
		_Atomic bool has_stranger; /* one has not */
		_Atomic uint64_t last_call_id;
		_Atomic uint64_t lost;
		_Atomic uint32_t frames_used, pending_used; /* entries beyond these were never claimed */
		_Atomic uint32_t helpers_used;
		struct frame_entry frames[ENTRIES];
		struct pending_syscall pending[ENTRIES];
		struct helper helpers[HELPERS_MAX];
		struct syscall_count counts[SYSCALL_COUNTS];
	} wiped __attribute__((aligned(4096)));
} own;

#define TID_DISTANCE_MAX 2048

/* 0: it cannot be known without the kernel. A process's only task has the process's number, whatever it was in the one that was
   copied (fork(2)). */
static int32_t
read_tid(void)
{
	if (!atomic_load_explicit(&own.kept.guests_are_known, memory_order_relaxed) ||
	    atomic_load(&own.wiped.guests) != 0)
		return 0;
	if (!atomic_load_explicit(&own.wiped.has_threads, memory_order_relaxed))
		return atomic_load_explicit(&own.wiped.pid, memory_order_relaxed);
	if (!atomic_load_explicit(&own.wiped.reads_tids, memory_order_relaxed))
		return 0;
	if (libc_identity()->is_glibc && thread_pointer_of_glibc() != thread_pointer())
		return 0;
	return thread_value(atomic_load_explicit(&own.kept.tid_distance, memory_order_relaxed));
}

int32_t
task_tid(void)
{
	int32_t tid = read_tid();

	return tid > 0 ? tid : (int32_t)syscall0(__NR_gettid);
}

/* Whether the running task, `tid`, has its tid there. */
static bool
has_own_tid_at(uint64_t distance, int32_t tid)
{
	return distance < TID_DISTANCE_MAX && memory_readable(thread_pointer() + distance, sizeof(tid)) &&
	       thread_value(distance) == tid;
}

void
task_note_thread(uint64_t thread, uint64_t parent_tid, int32_t creator)
{
	uint64_t distance = parent_tid - thread, known = atomic_load(&own.kept.tid_distance);

	atomic_store_explicit(&own.wiped.has_threads, true, memory_order_relaxed);
	if (atomic_load_explicit(&own.wiped.reads_tids, memory_order_relaxed) && distance == known)
		return;
	if (own.wiped.has_stranger || thread == 0 || distance == 0 || (known != 0 && known != distance) ||
	    !has_own_tid_at(distance, creator)) {
		atomic_store(&own.wiped.has_stranger, true);
		atomic_store(&own.wiped.reads_tids, false);
		return;
	}
	atomic_store(&own.kept.tid_distance, distance);
	atomic_store(&own.wiped.reads_tids, true);
}

static int32_t
current_pid(void)
{
	return (int32_t)syscall0(__NR_getpid);
}

/* What nearly every event needs. */
static void
bring_in(void)
{
	pages_bring_in((uint64_t)&own, (uint64_t)&own.wiped + PAGE_SIZE);
}

void
task_enter_copy(void)
{
	bring_in();
}

int32_t
task_init(void)
{
	bring_in();
	own.kept.last_pid = current_pid();
	atomic_store(&own.wiped.pid, own.kept.last_pid);
	/* Without it (before Linux 4.14, or in a sandbox) a child starts with entries of its parent's threads: harmless but for the
	   space, as their tids are not its own, as long as the kernel is asked for its own. */
	own.kept.is_wiped = syscall3(__NR_madvise, (uint64_t)&own.wiped, sizeof(own.wiped), MADV_WIPEONFORK) == 0;
	return own.kept.last_pid;
}

static void
notice_new_process(const struct event_head *head)
{
	struct event_process event = {.kind = PROCESS_COPIED};
	int32_t none = 0;

	if (!atomic_compare_exchange_strong(&own.wiped.pid, &none, head->pid))
		return;
	event.head.pid = head->pid;
	event.head.tid = head->tid;
	event.time_ns = clock_ask_kernel_ns();
	event.copied_from = own.kept.last_pid;
	own.kept.last_pid = head->pid;
	sink_process(&event);
}

/* The links of /proc/self/task are its own two and one for each task (proc(5)). */
bool
task_is_only_one(void)
{
	struct stat status;

	return syscall2(__NR_stat, (uint64_t) "/proc/self/task", (uint64_t)&status) == 0 && status.st_nlink == 3;
}

void
task_trust_probe(bool trusts)
{
	atomic_store(&own.kept.guests_are_known, trusts && own.kept.is_wiped);
}

void
task_expect_guest(void)
{
	atomic_fetch_add(&own.wiped.guests, 1);
}

void
task_guest_left(void)
{
	atomic_fetch_sub(&own.wiped.guests, 1);
}

/* A system call costs up to a microsecond (page-table isolation). Who runs in this memory is of the process that owns it, unless a
   guest may be here; who has the owner's own number is it in any case. */
static bool
is_owner(int32_t owner, int32_t tid)
{
	return tid == owner || (owner != 0 && own.kept.guests_are_known && atomic_load(&own.wiped.guests) == 0);
}

void
task_identify(struct event_head *head)
{
	int32_t owner = atomic_load_explicit(&own.wiped.pid, memory_order_relaxed);

	head->tid = task_tid();
	head->pid = is_owner(owner, head->tid) ? owner : current_pid();
	if (owner == 0)
		notice_new_process(head);
}

uint64_t
task_memory_record(void)
{
	return own.kept.memory_record - 1;
}

void
task_set_memory_record(uint64_t number)
{
	own.kept.memory_record = number + 1;
}

bool
task_owns_memory(int32_t pid)
{
	return atomic_load_explicit(&own.wiped.pid, memory_order_relaxed) == pid;
}

uint64_t
task_next_call_id(void)
{
	return atomic_fetch_add_explicit(&own.wiped.last_call_id, 1, memory_order_relaxed) + 1;
}

const struct helper *
task_helpers(void)
{
	return own.wiped.helpers;
}

struct helper *
task_next_helper(void)
{
	return &own.wiped.helpers[atomic_fetch_add(&own.wiped.helpers_used, 1) % HELPERS_MAX];
}

uint64_t
task_count_syscall(int32_t tid, unsigned which)
{
	struct syscall_count *count = &own.wiped.counts[(uint32_t)tid % SYSCALL_COUNTS];

	if (count->tid != tid)
		*count = (struct syscall_count){.tid = tid};
	return ++count->numbers[which];
}

void
task_count_lost(void)
{
	atomic_fetch_add_explicit(&own.wiped.lost, 1, memory_order_relaxed);
}

uint64_t
task_lost(void)
{
	return atomic_load(&own.wiped.lost);
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
	for (uint32_t i = 0, used = atomic_load(&own.wiped.frames_used); i < used; i++)
		if (atomic_load_explicit(&own.wiped.frames[i].tid, memory_order_relaxed) == tid)
			return &own.wiped.frames[i];
	return NULL;
}

/* Where a sandbox denies gettid, nobody has an entry: all would have the same, and find each other's frames in it. */
static struct frame_entry *
claim_frame_entry(int32_t tid, bool reclaim)
{
	if (tid <= 0)
		return NULL;
	for (uint32_t i = 0; i < ENTRIES; i++) {
		struct frame_entry *entry = &own.wiped.frames[i];
		int32_t owner = atomic_load_explicit(&entry->tid, memory_order_relaxed);

		if (owner != 0 && !(reclaim && task_is_gone(owner)))
			continue;
		if (!atomic_compare_exchange_strong(&entry->tid, &owner, tid))
			continue;
		atomic_store(&entry->frame, NULL);
		raise_to(&own.wiped.frames_used, i + 1);
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
		struct pending_syscall *pending = &own.wiped.pending[i];
		int32_t owner = atomic_load_explicit(&pending->tid, memory_order_relaxed);

		if (owner != 0 && !(reclaim && task_is_gone(owner)))
			continue;
		if (!atomic_compare_exchange_strong(&pending->tid, &owner, tid))
			continue;
		atomic_store(&pending->stack, 0);
		raise_to(&own.wiped.pending_used, i + 1);
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
	for (uint32_t i = 0, used = atomic_load(&own.wiped.pending_used); i < used; i++) {
		struct pending_syscall *pending = &own.wiped.pending[i];

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
	for (uint32_t i = 0, used = atomic_load(&own.wiped.pending_used); i < used; i++) {
		struct pending_syscall *pending = &own.wiped.pending[i];
		uint64_t announced_at = atomic_load(&pending->stack);

		if (atomic_load(&pending->tid) == tid && pending->is_announced && announced_at != 0 &&
		    announced_at <= stack && !task_is_on_signal_stack())
			task_release_pending(pending);
	}
}
