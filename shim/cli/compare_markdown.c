/* compare_markdown.c: calls side by side as tables of Markdown, for documents; see compare.h. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/compare.h"

#define TITLE_MAX 256

static bool
is_within_word(const char *text, size_t place)
{
	return place > 0 && isalnum((unsigned char)text[place - 1]) && isalnum((unsigned char)text[place + 1]);
}

/* What would end a cell, or be markup, is escaped: an underscore is none within a word. */
static void
print_escaped(const char *text)
{
	for (size_t i = 0; text[i] != '\0'; i++) {
		if (strchr("|\\*<`", text[i]) != NULL || (text[i] == '_' && !is_within_word(text, i)))
			putchar('\\');
		putchar(text[i]);
	}
}

static void
print_cell(const char *text, bool is_bold)
{
	fputs(is_bold ? " **" : " ", stdout);
	print_escaped(text);
	fputs(is_bold ? "** |" : " |", stdout);
}

static void
print_titles(const struct comparison *comparison, const struct compare_section *section)
{
	char title[TITLE_MAX];

	compare_section_title(section, title, sizeof(title));
	printf("### ");
	print_escaped(title);
	printf("\n\n| |");
	for (size_t c = 0; c < section->count; c++) {
		compare_column_title(comparison, section, c, title, sizeof(title));
		print_cell(title, false);
	}
	printf(" |\n| --- |");
	for (size_t c = 0; c < section->count; c++)
		printf(" --- |");
	printf(" --- |\n");
}

static void
print_row(const struct compare_section *section, const struct compare_row *row, bool is_bold)
{
	putchar('|');
	print_cell(row->name, is_bold);
	for (size_t c = 0; c < section->count; c++)
		print_cell(row->cells[c].text, is_bold);
	putchar(' ');
	print_escaped(row->meaning);
	printf("%s|\n", row->meaning[0] != '\0' ? " " : "");
}

static void
print_lone(const struct compare_section *section)
{
	const struct compare_column *column = &section->columns[0];

	printf("* ");
	print_escaped(column->trace->label);
	printf(", %" PRIu64 ": ", column->calls);
	print_escaped(column->row->signature);
	printf("\n");
}

void
compare_print_markdown(const struct comparison *comparison, const struct compare_style *style)
{
	bool is_first = true, is_listed = false;

	for (size_t i = 0; i < comparison->section_count; i++) {
		const struct compare_section *section = &comparison->sections[i];

		if (section->count == 1) {
			printf("%s", is_listed || is_first ? "" : "\n");
			print_lone(section);
			is_listed = true;
			is_first = false;
			continue;
		}
		printf("%s", is_first ? "" : "\n");
		is_first = false;
		print_titles(comparison, section);
		for (size_t r = 0; r < section->row_count; r++) {
			const struct compare_row *row = &section->rows[r];

			if (!style->only_differences)
				print_row(section, row, row->differs);
			else if (row->is_compared && !row->is_equal)
				print_row(section, row, false); /* where all differ, none needs to stand out */
		}
	}
}
