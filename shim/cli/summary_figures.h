/*
 * summary_figures.h: what one call or one syscall adds to the figures of a row, and the path that it took.
 */
#ifndef CLI_SUMMARY_FIGURES_H
#define CLI_SUMMARY_FIGURES_H

#include "cli/calls_under_way.h"
#include "cli/summary.h"

/* The path of a call that is over, or was when the trace ended. */
void summary_path_of(struct summary_path *path, const struct call_under_way *call);

/* The path that is one syscall. */
void summary_path_of_syscall(struct summary_path *path, uint32_t nr);

/* Each of them false: out of memory. */
bool summary_figures_add_syscall(struct summary_figures *figures, const struct call_syscall *syscall);
bool summary_figures_add_call(struct summary_figures *figures, const struct call_under_way *call);

void summary_figures_add_stack(struct summary_figures *figures, const struct stack_actual *stack);

/* The error that the syscall ended with; NULL: none, or not known. Static storage. */
const char *summary_syscall_error(const struct call_syscall *syscall);

void summary_figures_clear(struct summary_figures *figures);

void summary_errors_add(struct summary_errors *errors, const char *name);

#endif
