/* kernel_file.h: single values out of the kernel's files, proc(5). */
#ifndef CLI_KERNEL_FILE_H
#define CLI_KERNEL_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The file's first line, without newline. False: it cannot be read. */
bool kernel_file_line(const char *path, char *line, size_t size);

/* Its first line as a number. "max" is UINT64_MAX. */
bool kernel_file_number(const char *path, uint64_t *number);

/* What follows `name` and white space in the line that begins with `name`. */
bool kernel_file_field(const char *path, const char *name, char *value, size_t size);

#endif
