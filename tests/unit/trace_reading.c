/* trace_reading.c: what the reader, the events and the places make of a trace, sound or wrong. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/damage.h"
#include "cli/trace_events.h"
#include "harness/trace_maker.h"

/* What was read of a trace. */
struct reading {
	bool is_open;
	char why[128];
	size_t events;
	struct trace_damage damage;
	struct trace_event last;
};

/* Reads the first `length` bytes, a copy of just that size, so that a sanitizer sees what is read beyond. */
static struct reading
read_bytes(const uint8_t *bytes, size_t length)
{
	struct reading reading = {0};
	uint8_t *copy = malloc(length + 1);
	struct trace_events *events;

	cr_assert_not_null(copy);
	copy = realloc(copy, length > 0 ? length : 1);
	memcpy(copy, bytes, length);
	events = trace_events_open_memory(copy, length, reading.why, sizeof(reading.why));
	reading.is_open = events != NULL;
	if (events != NULL) {
		struct trace_event event;

		while (trace_events_next(events, &event)) {
			reading.events++;
			reading.last = event;
		}
		trace_events_damage(events, &reading.damage);
	}
	trace_events_close(events);
	free(copy);
	return reading;
}

static struct reading
read_all(struct trace_maker *maker)
{
	return read_bytes(maker->bytes, maker->length);
}

/* A process, and `calls` calls of fork in it. */
static struct trace_maker
make_calls(uint64_t slots, uint64_t calls)
{
	struct trace_maker maker = trace_maker_new(slots);
	uint64_t memory = trace_maker_add_process(&maker);

	for (uint64_t id = 1; id <= calls; id++) {
		trace_maker_add_begin(&maker, memory, id);
		trace_maker_add_end(&maker, memory, id);
	}
	return maker;
}

static void
expect_damage(const struct reading *reading, size_t events, struct trace_damage expected)
{
	cr_assert(reading->is_open, "%s", reading->why);
	cr_expect_eq(reading->events, events, "%zu events, %zu expected", reading->events, events);
	cr_expect_eq(reading->damage.lost, expected.lost, "lost: %lu", reading->damage.lost);
	cr_expect_eq(reading->damage.unfinished, expected.unfinished, "unfinished: %lu", reading->damage.unfinished);
	cr_expect_eq(reading->damage.damaged, expected.damaged, "damaged: %lu", reading->damage.damaged);
	cr_expect_eq(reading->damage.missing, expected.missing, "missing: %lu", reading->damage.missing);
	cr_expect_eq(reading->damage.header, expected.header, "header: %d", reading->damage.header);
}

Test(trace_reading, sound_trace_is_read_as_a_whole, .timeout = 20)
{
	struct trace_maker maker = make_calls(64, 3);
	struct reading reading = read_all(&maker);

	expect_damage(&reading, 7, (struct trace_damage){0});
	cr_expect_eq(reading.last.kind, CLONESHIM_TRACE_CALL_END);
	cr_expect_eq(reading.last.as.end.call, CALL_FORK, "the header's number 0 is fork");
	cr_expect_eq(reading.last.as.end.child, 101);
	trace_maker_free(&maker);
}

/* Every length, from nothing to the last byte: what lies before the cut is read, what lies behind it is counted. */
Test(trace_reading, cut_at_every_length, .timeout = 60)
{
	struct trace_maker maker = make_calls(64, 3);
	uint64_t next = trace_maker_header(&maker)->next;

	for (size_t length = 0; length <= maker.length; length++) {
		struct reading reading = read_bytes(maker.bytes, length);
		uint64_t there = length < 4096 ? 0 : (length - 4096) / 64;

		if (length < 4096) {
			cr_assert_not(reading.is_open, "opened with %zu bytes", length);
			cr_assert_str_eq(reading.why, length == 0  ? "an empty file, not a trace"
						      : length < 8 ? "not a cloneshim trace"
								   : "a trace that was cut short in its header");
			continue;
		}
		cr_assert(reading.is_open, "%zu bytes: %s", length, reading.why);
		cr_assert_eq(reading.damage.damaged + reading.damage.unfinished, 0, "%zu bytes: damage", length);
		cr_assert_eq(reading.damage.missing == 0, there >= next, "%zu bytes: %lu missing", length,
			     reading.damage.missing);
		cr_assert_eq(reading.events == 7, there >= next, "%zu bytes: %zu events", length, reading.events);
	}
	trace_maker_free(&maker);
}

Test(trace_reading, headers_that_are_refused, .timeout = 20)
{
	struct trace_maker maker = make_calls(64, 1);
	struct cloneshim_trace_header *header = trace_maker_header(&maker), sound = *header;

	header->version = 7;
	cr_expect_str_eq(read_all(&maker).why, "a trace of version 7; this cloneshim reads version 2");
	*header = sound;
	header->byte_order = __builtin_bswap32(header->byte_order);
	cr_expect_str_eq(read_all(&maker).why, "a trace from a machine of the other byte order");
	*header = sound;
	header->byte_order = 0;
	cr_expect_str_eq(read_all(&maker).why, "a trace with a damaged header");
	*header = sound;
	header->slot_size = 0;
	cr_expect_str_eq(read_all(&maker).why, "a trace with a damaged header");
	*header = sound;
	header->header_size = UINT32_MAX;
	cr_expect_str_eq(read_all(&maker).why, "a trace with a damaged header");
	trace_maker_free(&maker);
}

/* How many slots are used is then not known: those that are empty say nothing. */
Test(trace_reading, counts_of_the_header_contradict, .timeout = 20)
{
	struct trace_maker maker = make_calls(64, 1);
	struct cloneshim_trace_header *header = trace_maker_header(&maker), sound = *header;
	struct reading reading;

	header->next = UINT64_MAX;
	reading = read_all(&maker);
	expect_damage(&reading, 3, (struct trace_damage){.header = true});
	*header = sound;
	header->slot_count = 1;
	reading = read_all(&maker);
	expect_damage(&reading, 3, (struct trace_damage){.header = true});
	*header = sound;
	header->slot_count = UINT64_MAX;
	header->map_size = UINT64_MAX;
	header->call_count = UINT32_MAX;
	header->start_realtime_ns = UINT64_MAX;
	reading = read_all(&maker);
	expect_damage(&reading, 3, (struct trace_damage){0});
	trace_maker_free(&maker);
}

Test(trace_reading, calls_that_are_not_known, .timeout = 20)
{
	struct trace_maker maker = make_calls(64, 2);
	struct cloneshim_trace_header *header = trace_maker_header(&maker);
	struct reading reading;

	memset(header->calls[0], 'x', sizeof(header->calls[0]));
	reading = read_all(&maker);
	expect_damage(&reading, 1, (struct trace_damage){.damaged = 4});
	header->call_count = 0;
	reading = read_all(&maker);
	expect_damage(&reading, 1, (struct trace_damage){.damaged = 4});
	trace_maker_free(&maker);
}

/* A writer that was killed: its slots stay empty, or are continuations of nothing. */
Test(trace_reading, writer_died_half_way, .timeout = 20)
{
	struct trace_maker maker = trace_maker_new(64);
	uint64_t memory = trace_maker_add_process(&maker), begin = trace_maker_add_begin(&maker, memory, 1),
		 end = trace_maker_add_end(&maker, memory, 1);
	struct reading reading;

	memset(trace_maker_slot(&maker, begin), 0, (end - begin) * sizeof(struct cloneshim_trace_slot));
	reading = read_all(&maker);
	expect_damage(&reading, 2, (struct trace_damage){.unfinished = end - begin});
	trace_maker_slot(&maker, end)->head = (struct cloneshim_trace_slot_head){0};
	reading = read_all(&maker);
	expect_damage(&reading, 1, (struct trace_damage){.unfinished = trace_maker_header(&maker)->next - begin});
	trace_maker_free(&maker);
}

Test(trace_reading, slots_that_do_not_follow_each_other, .timeout = 20)
{
	struct trace_maker maker = make_calls(64, 1);
	struct cloneshim_trace_slot_head *head = &trace_maker_slot(&maker, 0)->head, sound = *head;
	struct reading reading;

	trace_maker_slot(&maker, 2)->head.slots = 9;
	reading = read_all(&maker);
	expect_damage(&reading, 2, (struct trace_damage){.damaged = 1, .unfinished = sound.slots - 2u});
	trace_maker_slot(&maker, 2)->head.slots = 2;
	head->slots = 0;
	reading = read_all(&maker);
	cr_expect_eq(reading.damage.damaged, 1);
	cr_expect_eq(reading.events, 2);
	head->slots = UINT16_MAX;
	reading = read_all(&maker);
	cr_expect_eq(reading.damage.damaged, 1);
	cr_expect_eq(reading.events, 2);
	*head = sound;
	head->length = UINT32_MAX;
	reading = read_all(&maker);
	expect_damage(&reading, 2, (struct trace_damage){.damaged = 1});
	head->length = 0;
	reading = read_all(&maker);
	expect_damage(&reading, 2, (struct trace_damage){.damaged = 1});
	*head = sound;
	head->state = 200;
	reading = read_all(&maker);
	expect_damage(&reading, 2, (struct trace_damage){.damaged = 1, .unfinished = sound.slots - 1u});
	trace_maker_free(&maker);
}

/* A kind of a later version is skipped, and is no damage. */
Test(trace_reading, kinds_that_are_not_known, .timeout = 20)
{
	struct trace_maker maker = make_calls(64, 1);
	struct reading reading;

	trace_maker_slot(&maker, 0)->head.kind = 77;
	reading = read_all(&maker);
	expect_damage(&reading, 2, (struct trace_damage){0});
	trace_maker_slot(&maker, 0)->head.kind = 0;
	reading = read_all(&maker);
	expect_damage(&reading, 2, (struct trace_damage){0});
	trace_maker_free(&maker);
}

/* Zeros in the place of what is missing would be facts that nobody observed. */
Test(trace_reading, records_shorter_than_their_kind, .timeout = 20)
{
	struct trace_maker maker = trace_maker_new(64);
	struct cloneshim_trace_process process = {.argv_count = 3};
	struct cloneshim_trace_call_begin begin = {.flags = CLONESHIM_TRACE_BEGIN_DETAILS, .string_count = 2};
	struct cloneshim_trace_syscall syscall = {.nr = 435, .flags = CLONESHIM_TRACE_SYSCALL_MEMORY};
	struct cloneshim_trace_module module = {0};
	struct reading reading;

	trace_maker_add(&maker, CLONESHIM_TRACE_PROCESS, &process, sizeof(process), NULL); /* no strings */
	trace_maker_add(&maker, CLONESHIM_TRACE_PROCESS, &process, sizeof(process.record), NULL);
	trace_maker_add(&maker, CLONESHIM_TRACE_CALL_BEGIN, &begin, sizeof(begin), NULL);
	trace_maker_add(&maker, CLONESHIM_TRACE_CALL_BEGIN, &begin,
			offsetof(struct cloneshim_trace_call_begin, string_count), NULL);
	trace_maker_add(&maker, CLONESHIM_TRACE_SYSCALL, &syscall, offsetof(struct cloneshim_trace_syscall, clone_args),
			NULL);
	trace_maker_add(&maker, CLONESHIM_TRACE_SYSCALL, &syscall, sizeof(syscall.record), NULL);
	trace_maker_add(&maker, CLONESHIM_TRACE_MODULE, &module, sizeof(module), NULL);
	reading = read_all(&maker);
	expect_damage(&reading, 0, (struct trace_damage){.damaged = 7});
	trace_maker_free(&maker);
}

/* The length of a string leads out of its record, or there are fewer than the record says. */
Test(trace_reading, strings_that_contradict, .timeout = 20)
{
	struct trace_maker maker = make_calls(64, 0);
	uint8_t *payload = trace_maker_slot(&maker, 0)->payload;
	struct cloneshim_trace_record *record = (struct cloneshim_trace_record *)payload;
	size_t at = sizeof(struct cloneshim_trace_process) % 56;
	struct cloneshim_trace_string *string =
		(struct cloneshim_trace_string
			 *)(trace_maker_slot(&maker, sizeof(struct cloneshim_trace_process) / 56)->payload + at);
	struct reading reading = read_all(&maker);

	expect_damage(&reading, 1, (struct trace_damage){0});
	cr_assert_eq(string->length, strlen("/bin/program"));
	string->length = UINT32_MAX;
	reading = read_all(&maker);
	expect_damage(&reading, 0, (struct trace_damage){.damaged = 1});
	string->length = 12;
	string->flags = CLONESHIM_TRACE_STRING_ABSENT;
	reading = read_all(&maker);
	cr_expect_null(reading.last.as.process.exe, "what is absent is not shown");
	string->flags = 0;
	record->strings = 11;
	reading = read_all(&maker);
	expect_damage(&reading, 0, (struct trace_damage){.damaged = 1});
	record->strings = UINT16_MAX;
	reading = read_all(&maker);
	expect_damage(&reading, 0, (struct trace_damage){.damaged = 1});
	trace_maker_free(&maker);
}

/* Whatever one byte of the trace is, nothing is read beyond it (make check-sanitize), and reading ends. */
Test(trace_reading, every_byte_changed, .timeout = 120)
{
	struct trace_maker maker = make_calls(32, 1);
	size_t used = 4096 + trace_maker_header(&maker)->next * 64;

	for (size_t at = 0; at < used; at = at == 127 ? 256 : at + 1)
		for (unsigned i = 0; i < 4; i++) {
			uint8_t sound = maker.bytes[at];

			maker.bytes[at] ^= (uint8_t[]){0xff, 0x01, 0x80, 0x24}[i];
			cr_assert_leq(read_all(&maker).events, 32);
			maker.bytes[at] = sound;
		}
	trace_maker_free(&maker);
}

static struct code_location
locate(struct trace_maker *maker, uint64_t memory, uint64_t address, uint64_t slot)
{
	char why[128];
	struct trace_events *events = trace_events_open_memory(maker->bytes, maker->length, why, sizeof(why));
	struct code_location location;
	static char symbol[64];

	cr_assert_not_null(events, "%s", why);
	trace_events_locate(events, memory, address, slot, &location);
	snprintf(symbol, sizeof(symbol), "%s", location.symbol != NULL ? location.symbol : "");
	location.symbol = location.symbol != NULL ? symbol : NULL;
	location.module = NULL;
	trace_events_close(events);
	return location;
}

static uint64_t
tell(struct trace_maker *maker, uint64_t memory, uint64_t address, const char *symbol)
{
	struct cloneshim_trace_location fixed = {.record.memory = memory, .address = address};

	return trace_maker_add(maker, CLONESHIM_TRACE_LOCATION, &fixed, sizeof(fixed),
			       (const char *const[]){"/lib/x.so", symbol, NULL});
}

/* A copy knows what its original was told; the later of two tells wins behind it, the earlier before. */
Test(trace_reading, places, .timeout = 20)
{
	static const char *const nine[] = {"", "", "", "", "", "", "", "", "", NULL};
	struct trace_maker maker = trace_maker_new(128);
	uint64_t memory = trace_maker_add_process(&maker), first = tell(&maker, memory, 0x1000, "first"),
		 second = tell(&maker, memory, 0x1000, "second");
	struct cloneshim_trace_process copy = {.record.memory = trace_maker_header(&maker)->next,
					       .kind = CLONESHIM_TRACE_COPIED,
					       .copied_memory = memory};
	uint64_t copied = trace_maker_add(&maker, CLONESHIM_TRACE_PROCESS, &copy, sizeof(copy), nine);

	cr_expect_str_eq(locate(&maker, memory, 0x1000, first + 1).symbol, "first");
	cr_expect_str_eq(locate(&maker, memory, 0x1000, second + 1).symbol, "second");
	cr_expect_str_eq(locate(&maker, copied, 0x1000, UINT64_MAX - 1).symbol, "second");
	cr_expect_null(locate(&maker, memory, 0x1001, second).symbol);
	cr_expect_null(locate(&maker, memory + 1, 0x1000, second).symbol);
	cr_expect_null(locate(&maker, CLONESHIM_TRACE_NOWHERE, 0x1000, second).symbol);
	trace_maker_free(&maker);
}

/* Processes that are copies of themselves, or of younger ones: whoever follows them comes to an end. */
Test(trace_reading, copies_in_a_circle, .timeout = 20)
{
	static const char *const nine[] = {"", "", "", "", "", "", "", "", "", NULL};
	struct trace_maker maker = trace_maker_new(128);

	for (uint64_t i = 0; i < 3; i++) {
		struct cloneshim_trace_process copy = {.record.memory = trace_maker_header(&maker)->next,
						       .kind = CLONESHIM_TRACE_COPIED,
						       .copied_memory = trace_maker_header(&maker)->next + (1 - i) * 9};

		trace_maker_add(&maker, CLONESHIM_TRACE_PROCESS, &copy, sizeof(copy), nine);
	}
	cr_expect_null(locate(&maker, 0, 0x1000, 5).symbol);
	cr_expect_null(locate(&maker, trace_maker_header(&maker)->next / 2, 0x1000, 5).symbol);
	trace_maker_free(&maker);
}

Test(trace_reading, damage_in_words, .timeout = 20)
{
	char text[DAMAGE_TEXT_MAX];

	cr_expect_eq(damage_describe(&(struct trace_damage){0}, text), 0);
	cr_expect_str_empty(text);
	cr_expect_gt(damage_describe(&(struct trace_damage){.lost = 1, .missing = 2}, text), 0);
	cr_expect_str_eq(text, "1 event found no room in it; 2 slots are missing: the file was cut short; not shown");
	cr_expect_eq(
		damage_describe(&(struct trace_damage){UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, true}, text),
		strlen(text));
	cr_expect_str_eq(text + strlen(text) - 21, "each other; not shown", "the longest text fits: %s", text);
}
