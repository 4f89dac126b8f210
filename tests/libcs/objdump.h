/* objdump.h: walks over the instructions of an object as objdump(1) tells them. For the test runner's process only. */
#ifndef LIBCS_OBJDUMP_H
#define LIBCS_OBJDUMP_H

#include <stdint.h>

struct objdump_line {
	char function[64]; /* the symbol in front of it, without its version */
	uint64_t address;
	uint64_t next;  /* address of the next instruction of the same function; 0: it is the last */
	char text[160]; /* "mov    $0x38,%eax", without the comment */
};

/* Calls `visit` for each instruction of `path`, in order. Fails the test when objdump does. */
void objdump_walk(const char *path, void (*visit)(const struct objdump_line *line, void *context), void *context);

#endif
