/* shell_word.h: an argument of a program as it could be typed into a shell. */
#ifndef CLI_SHELL_WORD_H
#define CLI_SHELL_WORD_H

#include <stdbool.h>

#include "decode/out.h"

/* As it is, where a shell takes it for one word that stands for itself; else in single quotes; in double ones if it has single ones itself;
   and in $'…' (POSIX.1-2024, 2.2.4) if no quotes do, with \xNN for what is not printable ASCII. At most `room` bytes; false: it did not
   fit, and what did is there without its closing quote. */
bool shell_word_out(struct out *out, const char *argument, size_t room);

#endif
