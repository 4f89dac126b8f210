/* trace_counts.c: see trace_counts.h. */
#include "cli/trace_counts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
count_syscall(struct trace_counts *counts, const struct trace_entry *entry)
{
	const struct cloneshim_trace_syscall *record =
		(const struct cloneshim_trace_syscall *)(const void *)entry->payload;

	if (entry->payload->fixed < offsetof(struct cloneshim_trace_syscall, clone_args))
		return;
	if ((record->flags & CLONESHIM_TRACE_SYSCALL_INJECTED) != 0) {
		counts->injected++;
		return;
	}
	counts->syscalls++;
	counts->creations += (record->flags & CLONESHIM_TRACE_SYSCALL_RETURNED) != 0 && record->result > 0;
}

static void
count_all(struct trace_counts *counts, struct trace_reader *reader)
{
	struct trace_entry entry;

	while (trace_reader_next(reader, &entry)) {
		counts->processes += entry.kind == CLONESHIM_TRACE_PROCESS;
		counts->calls += entry.kind == CLONESHIM_TRACE_CALL_BEGIN;
		if (entry.kind == CLONESHIM_TRACE_SYSCALL)
			count_syscall(counts, &entry);
	}
	trace_reader_damage(reader, &counts->damage);
}

/* Bytes of the trace up to where records are: what is free behind them need not be mapped. 0: it cannot be read. */
static size_t
written_length(int fd)
{
	struct cloneshim_trace_header header;
	struct stat status;
	uint64_t length;

	if (fstat(fd, &status) != 0 || pread(fd, &header, sizeof(header), 0) != (ssize_t)sizeof(header))
		return 0;
	length = (uint64_t)status.st_size;
	if (header.next < length / CLONESHIM_TRACE_SLOT_SIZE)
		length = CLONESHIM_TRACE_HEADER_SIZE + header.next * CLONESHIM_TRACE_SLOT_SIZE;
	return length < (uint64_t)status.st_size ? length : (size_t)status.st_size;
}

bool
trace_counts_take(struct trace_counts *counts, int fd, char *why, size_t size)
{
	struct trace_reader *reader = trace_reader_open_descriptor(fd, written_length(fd), why, size);

	*counts = (struct trace_counts){0};
	if (reader != NULL)
		count_all(counts, reader);
	trace_reader_close(reader);
	return reader != NULL;
}

static void
append_count(char *text, size_t size, uint64_t count, const char *one, const char *several)
{
	size_t length = strlen(text);

	snprintf(text + length, size - length, "%s%" PRIu64 " %s", length > 0 ? ", " : "", count,
		 count == 1 ? one : several);
}

void
trace_counts_print(const struct trace_counts *counts, char *text, size_t size)
{
	text[0] = '\0';
	append_count(text, size, counts->creations + (counts->processes > 0), "task", "tasks");
	append_count(text, size, counts->calls, "call", "calls");
	append_count(text, size, counts->syscalls, "system call", "system calls");
	if (counts->injected > 0)
		append_count(text, size, counts->injected, "made to fail", "made to fail");
	append_count(text, size, counts->damage.lost, "lost", "lost");
	if (counts->damage.unfinished > 0)
		append_count(text, size, counts->damage.unfinished, "slot of unfinished records",
			     "slots of unfinished records");
	if (counts->damage.damaged > 0)
		append_count(text, size, counts->damage.damaged, "damaged record", "damaged records");
	if (counts->damage.missing > 0)
		append_count(text, size, counts->damage.missing, "slot cut off", "slots cut off");
}
