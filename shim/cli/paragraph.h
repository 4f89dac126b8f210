/*
 * paragraph.h: text for people, broken into lines that fit the terminal.
 */
#ifndef CLI_PARAGRAPH_H
#define CLI_PARAGRAPH_H

#include <stddef.h>

/* The width of standard output where that is a terminal; else what COLUMNS says, or 80. */
size_t paragraph_width(void);

/* Prints `text`, broken at spaces, and behind | in long lists of flags, with `indent` spaces before each line but the first, which
   begins at column `at`. A newline follows. */
void paragraph_print(const char *text, size_t at, size_t indent, size_t width);

#endif
