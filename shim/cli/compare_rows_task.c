/* compare_rows_task.c: the rows of the task that was made: the flags that were asked for, its exit signal, its stack, its TLS. */
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <sys/syscall.h>

#include "cli/compare_row.h"
#include "decode/names.h"

/* How well an element is suited to tell what the call asked for: that it made the task, and that it is no other call's, inside. */
static int
rank_of(const struct path_element *element)
{
	if (!element->is_creation)
		return 0;
	return 1 + (element->within == LIBC_CALL_COUNT) + 2 * path_element_made_task(element);
}

/* The system call that made the task; where none did, the first that was asked in vain. NULL: there is none. */
static const struct path_element *
creation_of(const struct compare_column *column)
{
	const struct path_element *found = NULL;
	int rank = 0;

	for (size_t i = 0; i < column->row->element_count; i++) {
		const struct path_element *element = &column->row->elements[i];

		if (rank_of(element) > rank) {
			found = element;
			rank = rank_of(element);
		}
	}
	return found;
}

/* False: `cell` says why nothing can be said of the request. */
static bool
request_of(struct compare_cell *cell, const struct compare_column *column, const struct path_element **element)
{
	*element = creation_of(column);
	if (*element != NULL && (*element)->request_known)
		return true;
	if (*element == NULL && compare_path_is_known(column))
		compare_cell_set(cell, true, COMPARE_NONE);
	else
		compare_cell_set(cell, false, COMPARE_UNKNOWN);
	return false;
}

/* fork and vfork take no flags: what they do is what these flags would. */
static void
fill_flag(struct compare_cell *cell, const struct compare_column *column, uint64_t flag)
{
	const struct path_element *element;

	if (!request_of(cell, column, &element))
		return;
	if ((element->request.flags & flag) == 0)
		compare_cell_set(cell, true, COMPARE_NONE);
	else
		compare_cell_set(cell, true, element->nr == SYS_vfork || element->nr == SYS_fork ? "implied" : "yes");
}

static uint64_t
flags_of(const struct compare_column *column)
{
	const struct path_element *element = creation_of(column);

	return element != NULL && element->request_known ? element->request.flags : 0;
}

static bool
add_flag(struct compare_section *section, uint64_t value, const char *name, const char *meaning)
{
	struct compare_row *row = compare_row_add(section, COMPARE_FLAGS, name, meaning);

	if (row == NULL)
		return false;
	for (size_t c = 0; c < section->count; c++)
		fill_flag(&row->cells[c], &section->columns[c], value);
	return compare_row_finish(section, row);
}

bool
compare_add_flags(struct compare_section *section)
{
	uint64_t present = 0;
	char name[32];

	for (size_t c = 0; c < section->count; c++)
		present |= flags_of(&section->columns[c]);
	for (const struct clone_flag *flag = clone_flags; flag->value != 0; flag++) {
		if ((present & flag->value) == 0)
			continue;
		if (!add_flag(section, flag->value, flag->name, flag->meaning))
			return false;
		present &= ~flag->value;
	}
	for (unsigned bit = 0; bit < 64; bit++) {
		if ((present >> bit & 1) == 0)
			continue;
		snprintf(name, sizeof(name), "0x%" PRIx64, UINT64_C(1) << bit);
		if (!add_flag(section, UINT64_C(1) << bit, name, "a flag that is not known"))
			return false;
	}
	return true;
}

static void
fill_exit_signal(struct compare_cell *cell, struct compare_column *column)
{
	const struct path_element *element;
	char text[32];
	struct out out;

	if (!request_of(cell, column, &element))
		return;
	out_init(&out, text, sizeof(text));
	names_out_signal(&out, element->request.exit_signal);
	text[out.length] = '\0';
	compare_cell_set(cell, true, element->request.exit_signal != 0 ? text : "none");
}

static void
fill_stack(struct compare_cell *cell, struct compare_column *column)
{
	enum stack_origin origin = column->row->origin;

	if (origin == STACK_NOT_OBSERVED && creation_of(column) == NULL && compare_path_is_known(column))
		compare_cell_set(cell, true, COMPARE_NONE);
	else
		compare_cell_set(cell, origin != STACK_NOT_OBSERVED, path_stack_origin(origin));
}

static void
set_range(struct compare_cell *cell, const struct summary_range *range)
{
	char text[96];
	struct out out;

	out_init(&out, text, sizeof(text));
	out_size(&out, range->least);
	if (range->most > range->least) {
		out_string(&out, " to ");
		out_size(&out, range->most);
	}
	text[out.length] = '\0';
	compare_cell_set(cell, true, text);
}

/* Of the caller's stack, or a copy of it, nobody asks how large it is. */
static void
fill_range(struct compare_cell *cell, const struct compare_column *column, const struct summary_range *range)
{
	enum stack_origin origin = column->row->origin;

	if (range->count > 0)
		set_range(cell, range);
	else if (origin == STACK_LIBC || origin == STACK_USER || !compare_path_is_known(column))
		compare_cell_set(cell, false, COMPARE_NOT_OBSERVED);
	else
		compare_cell_set(cell, true, COMPARE_NONE);
}

static void
fill_stack_size(struct compare_cell *cell, struct compare_column *column)
{
	fill_range(cell, column, &column->row->figures.stack_size);
}

static void
fill_stack_guard(struct compare_cell *cell, struct compare_column *column)
{
	fill_range(cell, column, &column->row->figures.stack_guard);
}

/* clone(2), CLONE_SETTLS: without it the register is copied, and leads to the caller's memory or to a copy of that. */
static void
fill_tls(struct compare_cell *cell, struct compare_column *column)
{
	const struct path_element *element;

	if (!request_of(cell, column, &element))
		return;
	if ((element->request.flags & CLONE_SETTLS) != 0)
		compare_cell_set(cell, true, "its own");
	else
		compare_cell_set(cell, true,
				 (element->request.flags & CLONE_VM) != 0 ? "the caller's own"
									  : "a copy of the caller's");
}

bool
compare_add_task(struct compare_section *section)
{
	return compare_row_fill(section, COMPARE_TASK, "exit signal", "sent to the parent when the task ends", true,
				fill_exit_signal) &&
	       compare_row_fill(section, COMPARE_TASK, "stack", "whose it is", true, fill_stack) &&
	       compare_row_fill(section, COMPARE_TASK, "stack size", "guard included", true, fill_stack_size) &&
	       compare_row_fill(section, COMPARE_TASK, "guard", "of it, not accessible", true, fill_stack_guard) &&
	       compare_row_fill(section, COMPARE_TASK, "TLS", "thread-local storage", true, fill_tls);
}
