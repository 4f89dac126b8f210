/* compare_text.c: calls side by side as a table for people, within the width of the terminal; see compare.h. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/compare.h"
#include "cli/paragraph.h"
#include "cli/table.h"

#define GAP 2
#define MARK_WIDTH 2
#define NAME_LEAST 18
#define CELL_LEAST 8
#define TITLE_LEAST 14 /* of a title, which may be long, before it goes on in the next line */
#define MEANING_LEAST 20
#define FEW_COLUMNS 3
#define CELLS (COMPARE_COLUMNS_MAX + 2) /* the name, the columns, the meaning */
#define TITLE_MAX 256
#define PROGRAMS_SHOWN 3

/* How wide the cells of a section are; 0: not shown. */
struct layout {
	size_t widths[CELLS];
	size_t count; /* of cells in a line */
};

/* Columns that stand for text which is not printed yet; what is cut off is never half a character. */
static size_t
bytes_of(const char *text, size_t columns)
{
	size_t length = 0;

	while (text[length] != '\0' && columns > 0) {
		length++;
		while (((unsigned char)text[length] & 0xc0) == 0x80)
			length++;
		columns--;
	}
	return length;
}

/* The last place up to `length` behind one of `ends`; 0: there is none. */
static size_t
behind_last(const char *text, size_t length, const char *ends)
{
	while (length > 0 && strchr(ends, text[length - 1]) == NULL)
		length--;
	return length;
}

/* Bytes of the first line of `text` in `width` columns: up to where words, flags or arguments end, or parts of a name. */
static size_t
line_length(const char *text, size_t width)
{
	size_t most = bytes_of(text, width), length;

	if (text[most] == '\0' || text[most] == ' ')
		return most;
	length = behind_last(text, most, " |(");
	if (length == 0)
		length = behind_last(text, most, "_/");
	return length > 0 ? length : most;
}

static void
pad(size_t count)
{
	printf("%*s", (int)count, "");
}

/* Prints what fits into the cell, and moves on in the text. Spaces that nothing follows are left to `pending`. */
static void
print_piece(const char **text, size_t width, size_t *pending)
{
	size_t length = line_length(*text, width), printed = length;
	char piece[512];

	while (printed > 0 && (*text)[printed - 1] == ' ')
		printed--;
	if (printed >= sizeof(piece))
		printed = bytes_of(*text, sizeof(piece) / 4 - 1);
	memcpy(piece, *text, printed);
	piece[printed] = '\0';
	if (printed > 0) {
		pad(*pending);
		*pending = 0;
		fputs(piece, stdout);
	}
	*pending += width - table_text_width(piece) + GAP;
	*text += length;
	*text += strspn(*text, " ");
}

static bool
is_text_left(const char *const *texts, const struct layout *layout)
{
	for (size_t i = 0; i < layout->count; i++)
		if (layout->widths[i] > 0 && texts[i][0] != '\0')
			return true;
	return false;
}

/* One row, of as many lines as its longest cell takes. */
static void
print_cells(const char **texts, const struct layout *layout, const char *mark, bool is_bold)
{
	bool is_first = true;

	while (is_first || is_text_left(texts, layout)) {
		size_t pending = 0;

		printf("%s%s", is_bold ? "\033[1m" : "", is_first ? mark : "  ");
		for (size_t i = 0; i < layout->count; i++)
			if (layout->widths[i] > 0)
				print_piece(&texts[i], layout->widths[i], &pending);
		printf("%s\n", is_bold ? "\033[0m" : "");
		is_first = false;
	}
}

static size_t
least_of(size_t left, size_t right)
{
	return left < right ? left : right;
}

static void
widen(size_t *width, const char *text, size_t most)
{
	size_t own = least_of(table_text_width(text), most);

	if (own > *width)
		*width = own;
}

/* What the cells would take without a limit. */
static void
measure(const struct compare_section *section, char titles[][TITLE_MAX], struct layout *layout)
{
	*layout = (struct layout){.count = section->count + 2};
	for (size_t c = 0; c < section->count; c++)
		widen(&layout->widths[c + 1], titles[c], TITLE_LEAST);
	for (size_t r = 0; r < section->row_count; r++) {
		const struct compare_row *row = &section->rows[r];

		widen(&layout->widths[0], row->name, SIZE_MAX);
		widen(&layout->widths[section->count + 1], row->meaning, SIZE_MAX);
		for (size_t c = 0; c < section->count; c++)
			widen(&layout->widths[c + 1], row->cells[c].text, SIZE_MAX);
	}
}

/* What a column may take, so that the meaning, which few columns leave room for, can stand behind them. */
static size_t
most_of_column(const struct layout *layout, size_t left)
{
	size_t columns = layout->count - 2, wanted = left / columns > GAP ? left / columns - GAP : 0;

	if (columns <= FEW_COLUMNS && left > MEANING_LEAST + GAP)
		wanted = (left - MEANING_LEAST - GAP) / columns - GAP;
	return wanted > CELL_LEAST ? wanted : CELL_LEAST;
}

static void
fit(struct layout *layout, size_t width)
{
	size_t columns = layout->count - 2, *meaning = &layout->widths[layout->count - 1], left = width - MARK_WIDTH;
	size_t name = columns <= FEW_COLUMNS ? left / 3 : left / 4, most;

	layout->widths[0] = least_of(layout->widths[0], name > NAME_LEAST ? name : NAME_LEAST);
	left -= least_of(layout->widths[0] + GAP, left);
	most = most_of_column(layout, left);
	for (size_t c = 1; c <= columns; c++) {
		layout->widths[c] = least_of(layout->widths[c], most);
		left -= least_of(layout->widths[c] + GAP, left);
	}
	*meaning = left >= MEANING_LEAST || left >= *meaning ? least_of(*meaning, left) : 0;
}

static void
print_titles(const struct compare_section *section, char titles[][TITLE_MAX], const struct layout *layout)
{
	const char *texts[CELLS] = {""};

	for (size_t c = 0; c < section->count; c++)
		texts[c + 1] = titles[c];
	texts[section->count + 1] = "";
	print_cells(texts, layout, "  ", false);
}

static void
print_row(const struct compare_section *section, const struct compare_row *row, const struct layout *layout,
	  const struct compare_style *style)
{
	const char *texts[CELLS] = {row->name};

	for (size_t c = 0; c < section->count; c++)
		texts[c + 1] = row->cells[c].text;
	texts[section->count + 1] = row->meaning;
	print_cells(texts, layout, row->differs ? "≠ " : "  ", style->is_bold && row->differs);
}

static bool
is_shown(const struct compare_row *row, const struct compare_style *style)
{
	return !style->only_differences || (row->is_compared && !row->is_equal);
}

static void
print_rows(const struct compare_section *section, const struct layout *layout, const struct compare_style *style)
{
	enum compare_group group = COMPARE_GROUP_COUNT;
	size_t equal = 0;

	for (size_t r = 0; r < section->row_count; r++) {
		const struct compare_row *row = &section->rows[r];

		equal += row->is_equal;
		if (!is_shown(row, style))
			continue;
		if (row->group != group)
			printf("%s\n", compare_group_names[row->group]);
		group = row->group;
		print_row(section, row, layout, style);
	}
	if (style->only_differences)
		printf("%zu %s equal\n", equal, equal == 1 ? "row is" : "rows are");
	else if (!section->differs)
		printf("No difference.\n");
}

static void
print_section(const struct comparison *comparison, const struct compare_section *section,
	      const struct compare_style *style)
{
	char title[TITLE_MAX], titles[COMPARE_COLUMNS_MAX][TITLE_MAX];
	struct layout layout;

	for (size_t c = 0; c < section->count; c++)
		compare_column_title(comparison, section, c, titles[c], TITLE_MAX);
	compare_section_title(section, title, sizeof(title));
	printf("\n%s%s%s\n", style->is_bold ? "\033[1m" : "", title, style->is_bold ? "\033[0m" : "");
	measure(section, titles, &layout);
	fit(&layout, paragraph_width());
	print_titles(section, titles, &layout);
	print_rows(section, &layout, style);
}

/* A call with nothing beside it. */
static void
print_lone(const struct compare_section *section)
{
	const struct compare_column *column = &section->columns[0];
	char text[TITLE_MAX];

	snprintf(text, sizeof(text), "%s (%s, %" PRIu64 "): ", column->call, column->trace->label, column->calls);
	fputs(text, stdout);
	paragraph_print(column->row->signature, table_text_width(text), GAP, paragraph_width());
}

/* Which programs and which libc a column is about, and how much of its calls was recorded. */
static void
describe(FILE *to, const struct compare_trace *trace)
{
	const struct summary *summary = trace->summary;

	fprintf(to, "%s: ", trace->label);
	for (size_t i = 0; i < summary->program_count && i < PROGRAMS_SHOWN; i++)
		fprintf(to, "%s%s", i > 0 ? ", " : "", summary->programs[i].exe);
	fprintf(to, "%s; %s%s; ", summary->program_count > PROGRAMS_SHOWN ? ", …" : "",
		summary->libc != NULL ? summary->libc : "libc not known", summary->has_libcs ? " and others" : "");
	if (!summary->has_full_paths)
		fputs("only system calls that create tasks", to);
	else
		fputs(summary->has_creation_paths ? "all system calls of some programs' calls" : "all system calls",
		      to);
}

static void
print_traces(const struct comparison *comparison)
{
	for (size_t t = 0; t < comparison->trace_count; t++) {
		char *text = NULL;
		size_t size;
		FILE *to = open_memstream(&text, &size);

		if (to == NULL)
			continue;
		describe(to, &comparison->traces[t]);
		if (fclose(to) == 0)
			paragraph_print(text, 0, GAP, paragraph_width());
		free(text);
	}
}

void
compare_print_text(const struct comparison *comparison, const struct compare_style *style)
{
	bool is_titled = false;

	print_traces(comparison);
	for (size_t i = 0; i < comparison->section_count; i++) {
		const struct compare_section *section = &comparison->sections[i];

		if (section->count > 1) {
			print_section(comparison, section, style);
			continue;
		}
		printf("%s", is_titled ? "" : "\nWith nothing to compare it with:\n");
		is_titled = true;
		print_lone(section);
	}
	if (comparison->section_count == 0)
		printf("\nNo calls that create tasks.\n");
}
