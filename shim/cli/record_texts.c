/* record_texts.c: see record_texts.h. */
#include "cli/record_texts.h"

#include <stdlib.h>
#include <string.h>

bool
record_texts_start(struct record_texts *texts, const struct trace_entry *entry)
{
	size_t size = (size_t)entry->length + entry->payload->strings + 1,
	       arguments = (size_t)entry->payload->strings + 1;

	texts->text_used = 0;
	if (size > texts->text_size) {
		char *larger = realloc(texts->text, size);

		if (larger == NULL)
			return false;
		texts->text = larger;
		texts->text_size = size;
	}
	if (arguments > texts->arguments_room) {
		const char **larger = reallocarray(texts->arguments, arguments, sizeof(*larger));

		if (larger == NULL)
			return false;
		texts->arguments = larger;
		texts->arguments_room = arguments;
	}
	return true;
}

const char *
record_texts_next(struct record_texts *texts, struct trace_strings *strings, uint32_t *length, uint32_t *flags)
{
	const char *bytes = trace_strings_next(strings, length, flags);
	char *copy = texts->text + texts->text_used;

	if (bytes == NULL)
		return NULL;
	memcpy(copy, bytes, *length);
	copy[*length] = '\0';
	texts->text_used += (size_t)*length + 1;
	return copy;
}

const char *
record_texts_plain(struct record_texts *texts, struct trace_strings *strings)
{
	uint32_t length, flags;

	return record_texts_next(texts, strings, &length, &flags);
}

void
record_texts_free(struct record_texts *texts)
{
	free(texts->text);
	free(texts->arguments);
}
