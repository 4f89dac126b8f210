/* compare_rows.c: all rows of a section, in their order; see compare.h. */
#include "cli/compare_row.h"

bool
compare_make_rows(struct compare_section *section)
{
	return compare_add_calls(section) && compare_add_path(section) && compare_add_flags(section) &&
	       compare_add_task(section) && compare_add_times(section) && compare_add_failures(section);
}
