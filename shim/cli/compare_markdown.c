/* compare_markdown.c: calls side by side as tables of Markdown, for documents; see compare.h. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/compare.h"

#define TITLE_MAX 256

/* What would end a cell, or be markup, is escaped. */
static void
print_escaped(const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '|' || *text == '\\' || *text == '*' || *text == '_' || *text == '<' || *text == '`')
			putchar('\\');
		putchar(*text);
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
print_row(const struct compare_section *section, const struct compare_row *row)
{
	putchar('|');
	print_cell(row->name, row->differs);
	for (size_t c = 0; c < section->count; c++)
		print_cell(row->cells[c].text, row->differs);
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
		for (size_t r = 0; r < section->row_count; r++)
			if (!style->only_differences || (section->rows[r].is_compared && !section->rows[r].is_equal))
				print_row(section, &section->rows[r]);
	}
}
