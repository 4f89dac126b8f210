/* observe_path.c: see observe_path.h. Hot path; calls the kernel only. */
#include "preload/observe_path.h"

#include "decode/path_syscall.h"
#include "preload/memory.h"

static void
read_memory(struct event_path_memory *memory, uint64_t address, size_t size)
{
	memory->is_observed = address != 0 && size != 0 && memory_readable(address, size);
	if (memory->is_observed)
		memcpy(memory->words, (const void *)address, size);
}

void
observe_path_before(struct event_path_syscall *event)
{
	size_t size;
	int argument = path_syscall_reads(event->nr, &size);

	event->after.is_observed = false;
	event->before.is_observed = false;
	if (argument >= 0)
		read_memory(&event->before, event->args[argument], size);
}

void
observe_path_after(struct event_path_syscall *event)
{
	size_t size;
	int argument = path_syscall_writes(event->nr, &size);

	if (argument >= 0 && event->result >= 0)
		read_memory(&event->after, event->args[argument], size);
}
