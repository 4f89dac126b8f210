/*
 * task.h: who is running, and what each running task has under way.
 *
 * A task is known by its tid, asked of the kernel at each event and not by thread-local storage: a child of vfork or of
 * clone(CLONE_VM) shares its parent's TLS and memory, but not its tid, so neither ever disturbs the other's entries. A system call costs up to
 * a microsecond (page-table isolation): where every creation is observed, and none left two tasks with one TLS, the tid is read
 * where the kernel stored it for libc.
 * The entries lie in pages that the kernel wipes in a fork's child (MADV_WIPEONFORK, madvise(2)): the copy starts with none,
 * whatever the parent's other threads were doing, and the wiped page is how a new process notices that it is one.
 *
 * Hot path: no locks; an entry is claimed by one compare-and-swap. Signal handlers may come in anywhere.
 */
#ifndef PRELOAD_TASK_H
#define PRELOAD_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "decode/event.h"
#include "preload/call.h"
#include "preload/helpers.h"

/* A creation syscall between its two hooks, or a call that is on its way to its syscall and cannot have a frame: vfork, syscall. */
struct pending_syscall {
	_Atomic int32_t tid;    /* owner; 0: free */
	_Atomic uint64_t stack; /* stack pointer at the site: tells nested ones of a task apart; 0: being filled */
	bool brings_guest;      /* task_expect_guest() was called for it */
	bool is_announced;      /* by an interposer that leaves by a jump: `call` below is the call */
	struct call_frame call;
	struct call_frame *frame;     /* the call around it; NULL: an orphan */
	struct helper *helper;        /* what becomes of the new task; NULL: it is no helper of libc's */
	struct stack_actual observed; /* the stack in the registers, measured before the syscall */
	struct event_syscall event;
};

/* Returns the pid. Constructor only. */
int32_t task_init(void);

/* This is the child of a fork, as its caller knows: brings in what the next call needs. For speed only. */
void task_enter_copy(void);

/* Fills in pid and tid of the running task. In a process that is a copy (fork, clone without CLONE_VM), its first event also
   emits the process event. */
void task_identify(struct event_head *head);

/* The running task. Asks the kernel, unless it is certain that the tid stands where libc keeps it. */
int32_t task_tid(void);

/* A thread (CLONE_THREAD) is about to be created by task `creator`: with the thread pointer `thread`, its tid stored at `parent_tid`
   (CLONE_SETTLS, CLONE_PARENT_SETTID); 0: without. What is the same for all of a process's threads is where their tids are found. */
void task_note_thread(uint64_t thread, uint64_t parent_tid, int32_t creator);

/* A creation syscall is about to be made, or has been, by which another process may run in this memory (CLONE_VM without
   CLONE_THREAD). `stays`: it does, beside us; false: it has left, or was never made. */
void task_expect_guest(void);
void task_guest_left(void);

/* Whether the process has no task but this one. Constructor only: costs a look at /proc. */
bool task_is_only_one(void);

/* Whether every way to create a task is observed, and none was there before, so that guests and threads are known. False at the start. */
void task_trust_probe(bool trusts);

/* Whether the running task's process owns the memory that it runs in: false in a child of vfork, which borrows it. */
bool task_owns_memory(int32_t pid);

/* The record of the trace that this memory began with: CLONESHIM_TRACE_NOWHERE until it is set. A copy has its original's until its own
   first event. */
uint64_t task_memory_record(void);
void task_set_memory_record(uint64_t number);

/* A number that no other libc call of this process has. */
uint64_t task_next_call_id(void);

/* The innermost call frame of task `tid`; NULL: none. */
struct call_frame *task_frame(int32_t tid);

/* Makes `frame` the innermost of its task, or takes it away again. A frame that finds no free entry is simply not there. */
void task_push_frame(struct call_frame *frame);
void task_pop_frame(struct call_frame *frame);

/* In a fork's child: the frame, a copy of its parent's, becomes the child's, under an id of the child's own. */
void task_move_frame(struct call_frame *frame, const struct event_head *child);

/* In a fork's child: the frames around `frame`, on the copied stack, become the child's. */
void task_inherit_frames(struct call_frame *frame, const struct event_head *child);

/* A free entry for task `tid`, its stack still 0; NULL: all are taken. */
struct pending_syscall *task_claim_pending(int32_t tid);
struct pending_syscall *task_find_pending(int32_t tid, uint64_t stack);
void task_release_pending(struct pending_syscall *pending);

/* Drops calls that task `tid` announced at or below the stack pointer `stack` and that never reached an observed syscall. */
void task_forget_announced(int32_t tid, uint64_t stack);

/* Whether `frame` can be a call frame around code that runs with the stack pointer at `stack`: on the same stack, above it. */
bool task_is_on_stack(const struct call_frame *frame, uint64_t stack);

/* Whether the running task runs on its alternate signal stack, which lies anywhere. */
bool task_is_on_signal_stack(void);

/* Whether there is no task `tid` any more. One that was killed inside a call leaves behind what it had claimed. */
bool task_is_gone(int32_t tid);

/* The table of helper threads, HELPERS_MAX of them, and the next one of it to write. */
const struct helper *task_helpers(void);
struct helper *task_next_helper(void);

/* Counts an invocation of creation syscall `which` (0 to 3) by task `tid`, and returns its number, from 1. */
uint64_t task_count_syscall(int32_t tid, unsigned which);

/* Counts an event that could not be shown. */
void task_count_lost(void);
uint64_t task_lost(void);

#endif
