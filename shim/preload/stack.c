/*
 * stack.c: see stack.h. Hot path.
 *
 * A pthread_attr_t is opaque and differs between libcs, so it is read through libc's own accessors. Those are plain getters: no
 * locks, no allocation, no errno. They are looked up without the loader's lock, once each.
 */
#include "preload/stack.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>

#include "decode/creation.h"
#include "preload/memory.h"
#include "preload/modules.h"
#include "preload/pages.h"
#include "preload/sink.h"
#include "preload/x86_64/syscall.h"

/* The accessors by place in one table, so that each is looked up by the same code. */
enum accessor {
	GET_STACK,
	GET_STACK_SIZE,
	GET_GUARD_SIZE,
	GET_DETACH_STATE,
	GET_INHERIT_SCHED,
	GET_SCHED_POLICY,
	GET_SCHED_PARAM,
	GET_AFFINITY,
	ACCESSOR_COUNT,
};

static const char accessor_names[ACCESSOR_COUNT][32] = {
	[GET_STACK] = "pthread_attr_getstack",
	[GET_STACK_SIZE] = "pthread_attr_getstacksize",
	[GET_GUARD_SIZE] = "pthread_attr_getguardsize",
	[GET_DETACH_STATE] = "pthread_attr_getdetachstate",
	[GET_INHERIT_SCHED] = "pthread_attr_getinheritsched",
	[GET_SCHED_POLICY] = "pthread_attr_getschedpolicy",
	[GET_SCHED_PARAM] = "pthread_attr_getschedparam",
	[GET_AFFINITY] = "pthread_attr_getaffinity_np", /* glibc only */
};

static _Atomic uint64_t accessors[ACCESSOR_COUNT];

static uint64_t
accessor_address(enum accessor which)
{
	uint64_t address = atomic_load_explicit(&accessors[which], memory_order_relaxed);

	if (address == 0) {
		address = modules_find_next(accessor_names[which]);
		atomic_store_explicit(&accessors[which], address, memory_order_relaxed);
	}
	return address;
}

/* Most accessors have this shape. False: libc has none, or it refused. */
static bool
get_value(enum accessor which, const void *attr, void *value)
{
	uint64_t address = accessor_address(which);

	return address != 0 && ((int (*)(const void *, void *))address)(attr, value) == 0;
}

/* Where the attribute sets no address, glibc answers address 0 less the size, and size 0 for its default; musl answers EINVAL. */
static void
read_stack(const void *attr, struct stack_request *request)
{
	uint64_t function = accessor_address(GET_STACK);
	uint64_t base = 0;
	size_t size = 0, guard = 0;

	if (function != 0 && ((int (*)(const void *, void *, void *))function)(attr, &base, &size) == 0) {
		request->address_set = base + size != 0;
		request->address = base;
	} else if (!get_value(GET_STACK_SIZE, attr, &size)) {
		size = 0;
	}
	request->size_set = size != 0;
	request->size = size;
	request->guard_set = get_value(GET_GUARD_SIZE, attr, &guard);
	request->guard = guard;
}

static void
read_scheduling(const void *attr, struct stack_request *request)
{
	struct sched_param parameter = {0};
	int inherit = PTHREAD_INHERIT_SCHED, policy = 0;

	if (!get_value(GET_INHERIT_SCHED, attr, &inherit) || inherit != PTHREAD_EXPLICIT_SCHED)
		return;
	request->scheduling_set =
		get_value(GET_SCHED_POLICY, attr, &policy) && get_value(GET_SCHED_PARAM, attr, &parameter);
	request->policy = policy;
	request->priority = parameter.sched_priority;
}

/* An attribute without an affinity answers "every processor there could be", all bits set (glibc,
   nptl/pthread_attr_getaffinity.c). */
static void
read_affinity(const void *attr, struct stack_request *request)
{
	uint64_t function = accessor_address(GET_AFFINITY);
	uint64_t set[16]; /* CPU_SETSIZE bits */
	bool all = true, beyond = false;

	if (function == 0 || ((int (*)(const void *, size_t, void *))function)(attr, sizeof(set), set) != 0)
		return;
	for (size_t i = 0; i < sizeof(set) / sizeof(set[0]); i++) {
		all &= set[i] == UINT64_MAX;
		beyond |= i > 0 && set[i] != 0;
	}
	request->affinity_set = !all;
	request->affinity_cut = !all && beyond;
	request->affinity = set[0];
}

static void
read_attributes(const void *attr, struct stack_request *request)
{
	int detach_state = PTHREAD_CREATE_JOINABLE;

	request->kind = STACK_REQUEST_GIVEN;
	read_stack(attr, request);
	request->detached = get_value(GET_DETACH_STATE, attr, &detach_state) && detach_state == PTHREAD_CREATE_DETACHED;
	read_scheduling(attr, request);
	read_affinity(attr, request);
}

void
stack_request_of(const struct call_entry *entry, struct stack_request *request)
{
	*request = (struct stack_request){.kind = STACK_REQUEST_NONE};
	switch (entry->call) {
	case CALL_PTHREAD_CREATE:
		if (entry->args[1] != 0)
			read_attributes((const void *)entry->args[1], request);
		else
			request->kind = STACK_REQUEST_DEFAULT;
		break;
	case CALL_THRD_CREATE:
		request->kind = STACK_REQUEST_DEFAULT;
		break;
	case CALL_CLONE:
		request->kind = STACK_REQUEST_GIVEN;
		request->top_only = true;
		request->address_set = true;
		request->address = entry->args[1];
		break;
	default:
		break;
	}
}

/* The call that the program made: libc gives the clone that is a part of its pthread_create a stack, too. */
static const struct call_frame *
call_of_program(const struct call_frame *frame)
{
	while (frame != NULL && call_cause(frame) != NULL)
		frame = call_cause(frame);
	return frame;
}

/* Only pthread_create and clone let the program bring a stack. */
static bool
asks_libc_for_stack(const struct call_frame *frame)
{
	return frame != NULL && frame->call != CALL_CLONE && !frame->stack.address_set;
}

static bool
has_guard(enum libc_call call)
{
	return call == CALL_PTHREAD_CREATE || call == CALL_THRD_CREATE;
}

/* The guard that was asked for, or libc's default of a page, is there when its last bytes cannot be read. Reading behind them
   would make the kernel allocate a page for nothing. */
static void
observe_guard(const struct call_frame *frame, struct stack_actual *stack)
{
	uint64_t guard = frame->stack.guard_set ? (frame->stack.guard + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1) : PAGE_SIZE;

	stack->guard_known = true;
	if (guard != 0 && !memory_readable(stack->base + guard - 8, 8))
		stack->guard = guard;
}

void
stack_observe(const struct event_syscall *event, const struct call_frame *frame, struct stack_actual *stack)
{
	struct creation creation;

	frame = call_of_program(frame);
	*stack = (struct stack_actual){.origin = STACK_NOT_OBSERVED};
	if (!creation_of_syscall(&creation, event))
		return;
	if (creation.stack == 0) {
		stack->origin = (creation.flags & CLONE_VM) != 0 ? STACK_SHARED : STACK_COPY;
		return;
	}
	stack->origin = asks_libc_for_stack(frame) ? STACK_LIBC : STACK_USER;
	if (event->nr != __NR_clone3) {
		stack->top = creation.stack;
		return;
	}
	stack->base_known = true;
	stack->base = creation.stack;
	stack->size = event->clone3.stack_size;
	stack->top = stack->base + stack->size;
	if (stack->origin == STACK_LIBC && has_guard(frame->call) && sink_shows_calls())
		observe_guard(frame, stack);
}
