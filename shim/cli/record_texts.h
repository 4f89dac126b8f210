/* record_texts.h: copies of a record's strings, each with a NUL behind it, until those of the next record. */
#ifndef CLI_RECORD_TEXTS_H
#define CLI_RECORD_TEXTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/trace_reader.h"

struct record_texts {
	char *text;
	size_t text_size, text_used;
	const char **arguments; /* room for as many as the record has strings, and a NULL */
	size_t arguments_room;
};

/* Forgets what was copied, and makes room for all strings of a record. False: out of memory. */
bool record_texts_start(struct record_texts *texts, const struct trace_entry *entry);

/* The next string; NULL: absent. */
const char *record_texts_next(struct record_texts *texts, struct trace_strings *strings, uint32_t *length,
			      uint32_t *flags);

/* The same, where neither length nor flags are of interest. */
const char *record_texts_plain(struct record_texts *texts, struct trace_strings *strings);

void record_texts_free(struct record_texts *texts);

#endif
