/* kernel_file.c: see kernel_file.h. */
#include "cli/kernel_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
kernel_file_line(const char *path, char *line, size_t size)
{
	FILE *from = fopen(path, "re");
	bool is_read;

	if (from == NULL)
		return false;
	is_read = fgets(line, (int)size, from) != NULL;
	fclose(from);
	if (is_read)
		line[strcspn(line, "\n")] = '\0';
	return is_read;
}

bool
kernel_file_number(const char *path, uint64_t *number)
{
	char line[64], *end;

	if (!kernel_file_line(path, line, sizeof(line)))
		return false;
	if (strcmp(line, "max") == 0) {
		*number = UINT64_MAX;
		return true;
	}
	errno = 0;
	*number = strtoull(line, &end, 10);
	return errno == 0 && end != line && line[0] != '-';
}

bool
kernel_file_field(const char *path, const char *name, char *value, size_t size)
{
	FILE *from = fopen(path, "re");
	char line[512];
	bool is_found = false;

	if (from == NULL)
		return false;
	while (!is_found && fgets(line, sizeof(line), from) != NULL) {
		const char *rest = line + strlen(name);

		if (strncmp(line, name, strlen(name)) != 0)
			continue;
		rest += strspn(rest, " \t");
		snprintf(value, size, "%.*s", (int)strcspn(rest, "\n"), rest);
		is_found = true;
	}
	fclose(from);
	return is_found;
}
