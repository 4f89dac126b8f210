/* observe.c: see observe.h. Hot path; calls the kernel only. */
#include "preload/observe.h"

#include <sched.h>
#include <stddef.h>

#include "decode/creation.h"
#include "preload/memory.h"
#include "preload/x86_64/syscall.h"

#define CLONE_ARGS_SIZE_MAX 4096 /* the kernel refuses more than a page: kernel/fork.c, copy_clone_args_from_user() */

/* What a clone_args larger than we know says behind the known part: the first bytes, and whether any of it is not zero, which a
   kernel that does not know it either refuses with E2BIG. */
static void
read_tail(struct event_syscall *event, uint64_t address, uint64_t size)
{
	const uint8_t *tail = (const uint8_t *)address;

	event->tail_fault = !memory_readable(address, size);
	if (event->tail_fault)
		return;
	event->tail_length = (uint8_t)(size < EVENT_TAIL_MAX ? size : EVENT_TAIL_MAX);
	memcpy(event->tail, tail, event->tail_length);
	for (uint64_t i = 0; i < size; i++)
		event->tail_nonzero |= tail[i] != 0;
}

/* libc's clone3 has its clone_args on the stack, just above the stack pointer: memory that is there for sure, and not worth a
   system call to ask for. */
#define OWN_STACK_REACH 4096

static bool
can_be_read(uint64_t address, uint64_t size, uint64_t stack)
{
	return (address >= stack && address - stack < OWN_STACK_REACH && size <= sizeof(struct clone3_args)) ||
	       memory_readable(address, size);
}

static void
read_clone_args(struct event_syscall *event, uint64_t stack)
{
	uint64_t address = event->args[0];
	uint64_t size = event->args[1] < CLONE_ARGS_SIZE_MAX ? event->args[1] : CLONE_ARGS_SIZE_MAX;
	uint64_t known = size < sizeof(event->clone3) ? size : sizeof(event->clone3);

	event->clone3 = (struct clone3_args){0};
	if (size == 0)
		return;
	event->memory_fault = !can_be_read(address, known, stack);
	if (event->memory_fault)
		return;
	event->memory_observed = true;
	memcpy(&event->clone3, (const void *)address, known);
	if (size > known)
		read_tail(event, address + known, size - known);
}

static void
read_set_tid(struct event_syscall *event)
{
	uint64_t count = event->clone3.set_tid_size;

	if (event->clone3.set_tid == 0 || count == 0 || count > EVENT_SET_TID_MAX)
		return;
	for (uint64_t i = 0; i < count; i++) {
		uint64_t element = event->clone3.set_tid + i * sizeof(event->set_tid[0]);

		if (!memory_readable(element, sizeof(event->set_tid[0]))) {
			event->set_tid_fault = true;
			event->set_tid_readable = (uint8_t)i;
			return;
		}
		event->set_tid[i] = *(const int32_t *)element;
	}
	event->set_tid_observed = true;
}

void
observe_before(struct event_syscall *event, uint64_t stack)
{
	event->returned = false;
	event->duration_observed = false;
	event->memory_observed = false;
	event->memory_fault = false;
	event->set_tid_observed = false;
	event->set_tid_fault = false;
	event->set_tid_readable = 0;
	event->tail_nonzero = false;
	event->tail_fault = false;
	event->tail_length = 0;
	event->parent_tid_fault = false;
	event->pidfd_observed = false;
	if (event->nr != __NR_clone3)
		return;
	read_clone_args(event, stack);
	read_set_tid(event);
}

#define THREAD_DESCRIPTOR_REACH 4096

/* libc keeps a thread's descriptor, and its tid in it, at the upper end of the stack that it has just mapped for it: memory that is
   there for sure, and not worth a system call to ask for. */
static bool
is_in_descriptor(uint64_t address, const struct stack_actual *stack)
{
	return stack->origin == STACK_LIBC && address >= stack->top && address - stack->top < THREAD_DESCRIPTOR_REACH;
}

/* Where the kernel stores the pidfd (clone(2), CLONE_PIDFD): clone has one pointer for it and for parent_tid. */
void
observe_after(struct event_syscall *event, const struct stack_actual *stack)
{
	bool is_clone3 = event->nr == __NR_clone3;
	uint64_t pidfd = is_clone3 ? event->clone3.pidfd : event->args[2];
	uint64_t parent_tid = is_clone3 ? event->clone3.parent_tid : event->args[2];
	struct creation creation;

	if (event->result <= 0 || !creation_of_syscall(&creation, event))
		return;
	if ((creation.flags & CLONE_PIDFD) != 0 && memory_readable(pidfd, sizeof(event->pidfd))) {
		event->pidfd = *(const int32_t *)pidfd;
		event->pidfd_observed = true;
	}
	if ((creation.flags & CLONE_PARENT_SETTID) != 0 && !is_in_descriptor(parent_tid, stack))
		event->parent_tid_fault = !memory_readable(parent_tid, sizeof(int32_t));
}
