/*
 * trace.c: whatever the bytes of a trace are, its readers neither crash, nor read beyond it, nor write lines that are none.
 *
 * For clang's libFuzzer: `make fuzz`. The bytes are read as a trace and go through every reader in the table below; to add a subcommand's,
 * add its function and its line.
 *
 * Most random changes of a trace only make a record that is refused at once. So what is changed is, most of the time, one number of the
 * header or of a record, and then to one of the values that are likely to matter.
 */
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/damage.h"
#include "cli/event_format.h"
#include "cli/summary.h"
#include "cli/trace_events.h"

#define LINE_MAX_BYTES (1 << 20)

static const struct format *present;

/* Not assert(): it must hold in every build. */
static void
demand(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz: %s\n", what);
	abort();
}

void
format_host_write(const char *line, size_t length, int32_t pid)
{
	(void)pid;
	demand(length > 0 && length < LINE_MAX_BYTES && line[length - 1] == '\n', "a line ends with a newline");
	demand(memchr(line, '\n', length) == line + length - 1, "and has no other");
	if (present == format_by_id(FORMAT_JSON)) {
		json_error_t error;
		json_t *parsed = json_loadb(line, length, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &error);

		if (parsed == NULL)
			fprintf(stderr, "%s at %d: %.*s", error.text, error.position, (int)length, line);
		demand(parsed != NULL, "a line of the json format is JSON");
		json_decref(parsed);
	}
}

void
format_host_count_lost(void)
{
}

static void
read_in_format(struct trace_events *events, enum format_id format)
{
	struct trace_event event;

	present = format_by_id(format);
	while (trace_events_next(events, &event))
		event_format_take(present, &event, true);
	event_format_finish(present);
}

#define READ_FORMAT(id, name, before)                      \
	static void read_##id(struct trace_events *events) \
	{                                                  \
		read_in_format(events, FORMAT_##id);       \
	}
FORMATS(READ_FORMAT)
#undef READ_FORMAT

/* What asks for places, as `tree` and `summary` do. */
static void
read_places(struct trace_events *events)
{
	struct trace_event event;

	while (trace_events_next(events, &event)) {
		const struct event_head *head = trace_event_head(&event);
		const struct trace_module *module =
			trace_events_module(events, event.memory, (uint64_t)head->pid, event.slot);

		demand(module == NULL || (module->start <= (uint64_t)head->pid && (uint64_t)head->pid < module->end),
		       "a module holds what it was asked for");
		trace_event_time(&event);
	}
}

static void
read_summary(struct trace_events *events)
{
	for (int by = SUMMARY_BY_API; by <= SUMMARY_BY_PATH; by++) {
		struct summary *summary;

		trace_events_rewind(events);
		summary = summary_read(events, (enum summary_by)by, NULL, NULL);
		demand(summary != NULL, "there is a summary");
		summary_sort(summary, SUMMARY_ORDER_COUNT);
		summary_free(summary);
	}
}

static void (*const readers[])(struct trace_events *events) = {
#define READER(id, name, before) read_##id,
	FORMATS(READER)
#undef READER
		read_places,
	read_summary,
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t length_max, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t length, size_t length_max);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	char why[128], text[DAMAGE_TEXT_MAX];
	struct trace_events *events = trace_events_open_memory(bytes, length, why, sizeof(why));
	struct trace_damage first, damage;

	if (events == NULL) {
		demand(strlen(why) > 0, "what cannot be read is said");
		return 0;
	}
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		readers[i](events);
		trace_events_damage(events, &damage);
		if (i == 0)
			first = damage;
		demand(memcmp(&first, &damage, sizeof(first)) == 0, "every reader sees the same damage");
		trace_events_rewind(events);
	}
	demand(damage_describe(&damage, text) == strlen(text), "the damage has its text");
	trace_events_close(events);
	return 0;
}

static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* One number of 1, 2, 4 or 8 bytes at a place where such numbers are. */
static void
change_number(uint8_t *bytes, size_t length, uint64_t *state)
{
	static const uint64_t values[] = {0,
					  1,
					  2,
					  7,
					  8,
					  16,
					  17,
					  56,
					  64,
					  200,
					  201,
					  435,
					  4095,
					  65535,
					  INT32_MAX,
					  UINT32_MAX,
					  1u << 31,
					  INT64_MAX,
					  (uint64_t)INT64_MIN,
					  UINT64_MAX};
	size_t size = (size_t)1 << next_random(state) % 4;
	size_t slots = length > CLONESHIM_TRACE_HEADER_SIZE ? (length - CLONESHIM_TRACE_HEADER_SIZE) / 64 : 0;
	bool in_header = slots == 0 || next_random(state) % 16 == 0;
	size_t at = in_header ? next_random(state) % CLONESHIM_TRACE_HEADER_SIZE
			      : CLONESHIM_TRACE_HEADER_SIZE + next_random(state) % slots * 64 + next_random(state) % 64;
	uint64_t value = values[next_random(state) % (sizeof(values) / sizeof(values[0]))];

	at = at / size * size;
	if (next_random(state) % 4 == 0)
		value = next_random(state);
	if (at + size <= length)
		memcpy(bytes + at, &value, size);
}

/* A slot takes another's place. */
static void
copy_slot(uint8_t *bytes, size_t length, uint64_t *state)
{
	size_t slots = length > CLONESHIM_TRACE_HEADER_SIZE ? (length - CLONESHIM_TRACE_HEADER_SIZE) / 64 : 0;

	if (slots < 2)
		return;
	memmove(bytes + CLONESHIM_TRACE_HEADER_SIZE + next_random(state) % slots * 64,
		bytes + CLONESHIM_TRACE_HEADER_SIZE + next_random(state) % slots * 64, 64);
}

size_t
LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t length_max, unsigned seed)
{
	uint64_t state = seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
	uint64_t changes = 1 + next_random(&state) % 4;

	if (length < CLONESHIM_TRACE_HEADER_SIZE || next_random(&state) % 16 == 0)
		return LLVMFuzzerMutate(bytes, length, length_max);
	while (changes-- > 0) {
		if (next_random(&state) % 8 == 0)
			copy_slot(bytes, length, &state);
		else
			change_number(bytes, length, &state);
	}
	return length;
}
