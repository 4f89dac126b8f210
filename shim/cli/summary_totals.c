/* summary_totals.c: see summary_walk.h: its time, its programs, their libc, the tasks they made, and which system calls it has. */
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "cli/summary_figures.h"
#include "cli/summary_walk.h"
#include "decode/creation.h"

void
summary_see_time(struct summary *summary, uint64_t from_ns, uint64_t to_ns)
{
	if (summary->first_ns == 0 || from_ns < summary->first_ns)
		summary->first_ns = from_ns;
	if (to_ns > summary->last_ns)
		summary->last_ns = to_ns;
}

void
summary_count_program(struct summary_walk *walk, const char *exe)
{
	struct summary *summary = walk->summary;
	struct summary_program *larger;
	char *copy;

	for (size_t i = 0; i < summary->program_count; i++)
		if (strcmp(summary->programs[i].exe, exe) == 0) {
			summary->programs[i].count++;
			return;
		}
	larger = reallocarray(summary->programs, summary->program_count + 1, sizeof(*larger));
	copy = strdup(exe);
	if (larger != NULL)
		summary->programs = larger;
	summary_demand(walk, larger != NULL && copy != NULL);
	if (walk->is_out_of_memory)
		free(copy);
	else
		summary->programs[summary->program_count++] = (struct summary_program){copy, 1};
}

void
summary_see_libc(struct summary_walk *walk, const struct event_process *process)
{
	struct summary *summary = walk->summary;

	summary->has_full_paths |= process->path_is_full;
	summary->has_creation_paths |= !process->path_is_full;
	if (process->libc == NULL)
		return;
	if (summary->libc != NULL) {
		summary->has_libcs |= strcmp(summary->libc, process->libc) != 0;
		return;
	}
	summary->libc = strdup(process->libc);
	summary_demand(walk, summary->libc != NULL);
}

void
summary_count_task(struct summary *summary, const struct event_syscall *syscall)
{
	struct creation creation;

	if (!syscall->returned || syscall->injected || syscall->result <= 0)
		return;
	if (!creation_of_syscall(&creation, syscall))
		summary->other_tasks_made++;
	else if ((creation.flags & CLONE_THREAD) != 0)
		summary->threads_made++;
	else
		summary->processes_made++;
}

void
summary_count_syscall(struct summary *summary, const struct call_syscall *syscall)
{
	const char *error = summary_syscall_error(syscall);
	size_t i = 0;

	while (i < summary->syscall_count && summary->syscalls[i].nr != syscall->nr)
		i++;
	if (i == SUMMARY_SYSCALLS_MAX)
		return;
	if (i == summary->syscall_count)
		summary->syscalls[summary->syscall_count++] = (struct summary_syscall){.nr = syscall->nr};
	if (syscall->injected) {
		summary->syscalls[i].injected++;
		return;
	}
	summary->syscalls[i].count++;
	if (error != NULL)
		summary_errors_add(&summary->syscalls[i].errors, error);
}
