/* table.c: the layout of tables, character by character. */
#include "cli/table.h"

#include <criterion/criterion.h>
#include <stdlib.h>

TestSuite(table, .timeout = 10);

static const struct table_column columns[] = {
	{"name", false, 0},
	{"count", true, 0},
	{"time", true, 1},
	{"note", false, 0},
};

static char *
printed(size_t width, size_t *left_out)
{
	const char *first[] = {"pthread_create → clone3", "12", "1.5 µs", ""};
	const char *second[] = {"fork", "7", "30 ms", "a remark"}, *total[] = {"total", "19", "?", ""};
	struct table *table = table_new(columns, 4);
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	cr_assert(table != NULL && to != NULL);
	cr_assert(table_add(table, first, false) && table_add(table, second, false) && table_add(table, total, true));
	*left_out = table_print(table, to, width);
	fclose(to);
	table_free(table);
	return text;
}

Test(table, as_wide_as_it_gets)
{
	size_t left_out;
	char *text = printed(0, &left_out);

	cr_expect_str_eq(text, "name                     count    time  note\n"
			       "────────────────────────────────────────────\n"
			       "pthread_create → clone3     12  1.5 µs\n"
			       "fork                         7   30 ms  a remark\n"
			       "────────────────────────────────────────────\n"
			       "total                       19       ?\n");
	cr_expect_eq(left_out, 0);
	free(text);
}

Test(table, without_what_matters_least)
{
	size_t left_out;
	char *text = printed(42, &left_out);

	cr_expect_str_eq(text, "name                     count  note\n"
			       "────────────────────────────────────\n"
			       "pthread_create → clone3     12\n"
			       "fork                         7  a remark\n"
			       "────────────────────────────────────\n"
			       "total                       19\n");
	cr_expect_eq(left_out, 1);
	free(text);
}

Test(table, cut)
{
	size_t left_out;
	char *text = printed(36, &left_out);

	cr_expect_str_eq(text, "name                 count  note\n"
			       "────────────────────────────────\n"
			       "pthread_create → c…     12\n"
			       "fork                     7  a remark\n"
			       "────────────────────────────────\n"
			       "total                   19\n");
	free(text);
}
