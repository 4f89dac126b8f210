/* summary_order.c: the names of a summary's rows, and their order. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/summary.h"
#include "decode/names.h"

static void
print_syscall(FILE *to, uint32_t nr)
{
	const char *name = names_creation_syscall(nr);

	if (name != NULL)
		fputs(name, to);
	else
		fprintf(to, "syscall %u", nr);
}

static void
print_step(FILE *to, const struct summary_step *step)
{
	if (step->is_call)
		fprintf(to, "%s()", libc_call_info((enum libc_call)step->what)->name);
	else
		print_syscall(to, step->what);
	if (step->times > 1)
		fprintf(to, " ×%u", step->times);
}

static void
print_path(FILE *to, const struct summary_path *path)
{
	for (uint32_t i = 0; i < path->count; i++) {
		if (i > 0)
			fputs(" + ", to);
		print_step(to, &path->steps[i]);
	}
	if (path->is_cut)
		fputs(" + …", to);
	else if (path->not_observed)
		fputs("not observed", to);
	else if (path->not_recorded && path->count == 0)
		fputs("not in the trace", to);
}

static bool
says_something(const struct summary_path *path)
{
	return path->count > 0 || path->not_observed || path->not_recorded;
}

void
summary_row_print_name(FILE *to, const struct summary_row *row)
{
	switch (row->kind) {
	case SUMMARY_CALL:
		fputs(libc_call_info(row->call)->name, to);
		break;
	case SUMMARY_ORPHAN:
		fputs("(raw)", to);
		break;
	case SUMMARY_HELPER:
		fprintf(to, "(helper of %s)", libc_call_info(row->call)->name);
		break;
	case SUMMARY_UNRECORDED:
		fputs("(call not in the trace)", to);
		break;
	}
}

static void
print_label(FILE *to, const struct summary_row *row)
{
	summary_row_print_name(to, row);
	if (row->kind == SUMMARY_ORPHAN || row->kind == SUMMARY_HELPER)
		fputc(' ', to);
	if ((row->kind == SUMMARY_CALL || row->kind == SUMMARY_UNRECORDED) && says_something(&row->path))
		fputs(" → ", to);
	print_path(to, &row->path);
}

char *
summary_row_label(const struct summary_row *row)
{
	char *label = NULL;
	size_t size;
	FILE *to = open_memstream(&label, &size);

	if (to == NULL)
		return NULL;
	print_label(to, row);
	return fclose(to) == 0 ? label : NULL;
}

static enum summary_order sorted_by;

/* Syscalls count where there are no calls, as for orphans. */
static uint64_t
count_of(const struct summary_figures *figures)
{
	return figures->calls != 0 ? figures->calls : figures->syscalls + figures->injected;
}

static uint64_t
key_of(struct summary_row *row)
{
	struct summary_figures *figures = &row->figures;

	switch (sorted_by) {
	case SUMMARY_ORDER_TIME:
		return figures->calls != 0 ? figures->in_call.sum_ns : figures->in_kernel.sum_ns;
	case SUMMARY_ORDER_KERNEL:
		return figures->in_kernel.sum_ns;
	case SUMMARY_ORDER_MEDIAN:
		return durations_percentile(&figures->in_call, 50);
	case SUMMARY_ORDER_MAX:
		return figures->in_call.longest_ns;
	case SUMMARY_ORDER_ERRORS:
		return figures->call_errors.all + figures->syscall_errors.all + figures->unfinished;
	case SUMMARY_ORDER_STACKS:
		return figures->stack_bytes;
	case SUMMARY_ORDER_NAME:
		return 0;
	default:
		return count_of(figures);
	}
}

static int
compare_texts(const char *left, const char *right)
{
	return strcmp(left != NULL ? left : "", right != NULL ? right : "");
}

static int
compare_names(const struct summary_row *left, const struct summary_row *right)
{
	char *l = summary_row_label(left), *r = summary_row_label(right);
	int order = compare_texts(l, r);

	free(l);
	free(r);
	if (order == 0)
		order = compare_texts(left->signature, right->signature);
	if (order == 0)
		order = compare_texts(left->caller.module, right->caller.module);
	if (order == 0)
		order = (left->caller.offset > right->caller.offset) - (left->caller.offset < right->caller.offset);
	return order;
}

static int
compare(const void *left, const void *right)
{
	struct summary_row *l = *(struct summary_row *const *)left, *r = *(struct summary_row *const *)right;
	uint64_t l_key = key_of(l), r_key = key_of(r);

	return l_key != r_key ? (l_key < r_key) - (l_key > r_key) : compare_names(l, r);
}

void
summary_sort(struct summary *summary, enum summary_order order)
{
	sorted_by = order;
	if (summary->row_count > 0)
		qsort(summary->rows, summary->row_count, sizeof(summary->rows[0]), compare);
}
