/* paragraph.c: see paragraph.h. */
#include "cli/paragraph.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { WIDTH_DEFAULT = 80, WIDTH_MIN = 40 };

size_t
paragraph_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	long width = WIDTH_DEFAULT;

	if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		width = size.ws_col;
	else if (columns != NULL && strtol(columns, NULL, 10) > 0)
		width = strtol(columns, NULL, 10);
	return width < WIDTH_MIN ? WIDTH_MIN : (size_t)width;
}

/* Bytes up to where a line may end: a word, or a flag with the | behind it. */
static size_t
piece_length(const char *text)
{
	size_t length = strcspn(text, " |");

	return text[length] == '|' ? length + 1 : length;
}

void
paragraph_print(const char *text, size_t at, size_t indent, size_t width)
{
	bool is_line_begun = false;

	while (*text != '\0') {
		size_t spaces = strspn(text, " "), length = piece_length(text + spaces);

		if (is_line_begun && at + spaces + length > width) {
			printf("\n%*s", (int)indent, "");
			at = indent;
			text += spaces;
			spaces = 0;
		}
		printf("%.*s", (int)(spaces + length), text);
		at += spaces + length;
		text += spaces + length;
		is_line_begun = true;
	}
	putchar('\n');
}
