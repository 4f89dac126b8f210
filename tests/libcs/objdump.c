/* objdump.c: see objdump.h. */
#include "libcs/objdump.h"

#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "  108b3b:\tmov    $0x38,%eax   # comment". False: no instruction, as the line before each function and between them:
   "0000000000101810 <syscall@@GLIBC_2.2.5>:". */
static bool
parse_line(const char *line, struct objdump_line *parsed)
{
	unsigned long address;
	int length = 0;
	sscanf(line, "%*x <%63[^>@]", parsed->function);
	if (sscanf(line, " %lx:\t%n", &address, &length) != 1 || length == 0)
		return false;
	parsed->address = address;
	parsed->next = 0;
	snprintf(parsed->text, sizeof(parsed->text), "%s", line + length);
	size_t end = strcspn(parsed->text, "#\n");
	while (end > 0 && parsed->text[end - 1] == ' ')
		end--;
	parsed->text[end] = '\0';
	return true;
}

void
objdump_walk(const char *path, void (*visit)(const struct objdump_line *line, void *context), void *context)
{
	char *command, line[512];
	struct objdump_line last = {0}, parsed = {0};
	bool has_last = false;
	cr_assert_geq(asprintf(&command, "objdump -d --no-show-raw-insn '%s'", path), 0);
	FILE *out = popen(command, "r");
	cr_assert_not_null(out, "%s", command);
	while (fgets(line, sizeof(line), out)) {
		bool is_instruction = parse_line(line, &parsed);
		if (has_last) {
			last.next = is_instruction ? parsed.address : 0;
			visit(&last, context);
		}
		last = parsed;
		has_last = is_instruction;
	}
	if (has_last)
		visit(&last, context);
	cr_assert_eq(pclose(out), 0, "%s failed", command);
	free(command);
}
