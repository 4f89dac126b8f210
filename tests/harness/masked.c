/* masked.c: see masked.h. */
#include "harness/masked.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Behind the number that begins at `c`. */
static const char *
skip_number(const char *c)
{
	if (c[0] == '0' && c[1] == 'x')
		for (c += 2; isxdigit((unsigned char)*c);)
			c++;
	else
		while (isdigit((unsigned char)*c))
			c++;
	return c;
}

char *
masked_numbers(const char *text)
{
	char *masked = malloc(strlen(text) + 1), *end = masked;

	for (const char *c = text; *c;) {
		if (isdigit((unsigned char)*c)) {
			*end++ = '#';
			c = skip_number(c);
		} else if (c[0] == ' ' && c[1] == ' ') {
			c++;
		} else {
			*end++ = *c++;
		}
	}
	*end = '\0';
	return masked;
}

char *
masked_output(const char *text)
{
	char *kept, *masked;
	size_t size;
	FILE *out = open_memstream(&kept, &size);

	while (*text) {
		size_t length = strcspn(text, "\n") + (strchr(text, '\n') != NULL);

		if (strncmp(text, "fact ", 5) != 0 && strncmp(text, "made ", 5) != 0)
			fprintf(out, "%.*s", (int)length, text);
		text += length;
	}
	fclose(out);
	masked = masked_numbers(kept);
	free(kept);
	return masked;
}
