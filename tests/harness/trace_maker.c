/* trace_maker.c: see trace_maker.h. */
#include "harness/trace_maker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAYLOAD CLONESHIM_TRACE_PAYLOAD_SIZE

struct trace_maker
trace_maker_new(uint64_t slots)
{
	static const char calls[][24] = {"fork", "clone", "execve"};
	struct trace_maker maker = {.length = CLONESHIM_TRACE_HEADER_SIZE + slots * CLONESHIM_TRACE_SLOT_SIZE};
	struct cloneshim_trace_header *header;

	maker.bytes = calloc(1, maker.length);
	if (maker.bytes == NULL)
		abort();
	header = trace_maker_header(&maker);
	memcpy(header->magic, CLONESHIM_TRACE_MAGIC, sizeof(header->magic));
	header->byte_order = CLONESHIM_TRACE_BYTE_ORDER;
	header->version = CLONESHIM_TRACE_VERSION;
	header->header_size = CLONESHIM_TRACE_HEADER_SIZE;
	header->slot_size = CLONESHIM_TRACE_SLOT_SIZE;
	memcpy(header->machine, "x86_64", sizeof("x86_64"));
	memcpy(header->writer, "0.1.0", sizeof("0.1.0"));
	header->map_size = maker.length;
	header->slot_count = slots;
	header->call_count = sizeof(calls) / sizeof(calls[0]);
	memcpy(header->calls, calls, sizeof(calls));
	return maker;
}

void
trace_maker_free(struct trace_maker *maker)
{
	free(maker->bytes);
	maker->bytes = NULL;
}

struct cloneshim_trace_header *
trace_maker_header(struct trace_maker *maker)
{
	return (struct cloneshim_trace_header *)maker->bytes;
}

struct cloneshim_trace_slot *
trace_maker_slot(struct trace_maker *maker, uint64_t number)
{
	return (struct cloneshim_trace_slot *)(maker->bytes + CLONESHIM_TRACE_HEADER_SIZE) + number;
}

/* Appends to `payload`, padded to a multiple of 8. */
static size_t
append(uint8_t *payload, size_t at, const void *bytes, size_t length)
{
	memcpy(payload + at, bytes, length);
	return at + (length + 7) / 8 * 8;
}

/* Lays the payload into the next slots. */
static uint64_t
lay(struct trace_maker *maker, enum cloneshim_trace_kind kind, const uint8_t *payload, size_t length)
{
	struct cloneshim_trace_header *header = trace_maker_header(maker);
	uint64_t first = header->next, count = (length + PAYLOAD - 1) / PAYLOAD;

	if (count > header->slot_count - first)
		abort();
	header->next += count;
	for (uint64_t i = 0; i < count; i++) {
		struct cloneshim_trace_slot *slot = trace_maker_slot(maker, first + i);

		memcpy(slot->payload, payload + i * PAYLOAD, PAYLOAD);
		slot->head.state = i == 0 ? CLONESHIM_TRACE_FIRST : CLONESHIM_TRACE_CONTINUATION;
		slot->head.kind = i == 0 ? (uint8_t)kind : 0;
		slot->head.slots = (uint16_t)(i == 0 ? count : i);
		slot->head.length = i == 0 ? (uint32_t)length : 0;
	}
	return first;
}

uint64_t
trace_maker_add(struct trace_maker *maker, enum cloneshim_trace_kind kind, void *fixed, size_t size,
		const char *const *strings)
{
	static uint8_t payload[(size_t)CLONESHIM_TRACE_RECORD_SLOTS_MAX * PAYLOAD];
	struct cloneshim_trace_record *record = fixed;
	size_t length, count = 0;

	while (strings != NULL && strings[count] != NULL)
		count++;
	record->fixed = (uint16_t)size;
	record->strings = (uint16_t)count;
	memset(payload, 0, sizeof(payload));
	length = append(payload, 0, fixed, size);
	for (size_t i = 0; i < count; i++) {
		struct cloneshim_trace_string string = {.length = (uint32_t)strlen(strings[i])};

		length = append(payload, length, &string, sizeof(string));
		length = append(payload, length, strings[i], string.length);
	}
	return lay(maker, kind, payload, length);
}

uint64_t
trace_maker_add_process(struct trace_maker *maker)
{
	static const char *const strings[] = {"/bin/program", "glibc 2.36", "patch", "", "", "", "", "", "",
					      "program",      NULL};
	struct cloneshim_trace_process fixed = {
		.record = {.pid = 100, .tid = 100, .memory = trace_maker_header(maker)->next},
		.time_ns = 1000,
		.kind = CLONESHIM_TRACE_LOADED,
		.ppid = 1,
		.flags = CLONESHIM_TRACE_PROCESS_ARGV_OBSERVED,
		.argv_count = 1,
	};

	return trace_maker_add(maker, CLONESHIM_TRACE_PROCESS, &fixed, sizeof(fixed), strings);
}

uint64_t
trace_maker_add_begin(struct trace_maker *maker, uint64_t memory, uint64_t id)
{
	struct cloneshim_trace_call_begin fixed = {
		.record = {.pid = 100, .tid = 100, .call_id = id, .memory = memory},
		.time_ns = 2000,
		.frame_address = 0x7fff0000,
		.caller = 0x401000,
		.call = 0,
	};

	return trace_maker_add(maker, CLONESHIM_TRACE_CALL_BEGIN, &fixed,
			       offsetof(struct cloneshim_trace_call_begin, string_count), NULL);
}

uint64_t
trace_maker_add_end(struct trace_maker *maker, uint64_t memory, uint64_t id)
{
	struct cloneshim_trace_call_end fixed = {
		.record = {.pid = 100, .tid = 100, .call_id = id, .memory = memory},
		.start_ns = 2000,
		.duration_ns = 500,
		.result = 101,
		.call = 0,
		.flags = CLONESHIM_TRACE_END_RESULT | CLONESHIM_TRACE_END_DURATION | CLONESHIM_TRACE_END_SYSCALL,
		.child = 101,
		.stack_origin = 4,
	};

	return trace_maker_add(maker, CLONESHIM_TRACE_CALL_END, &fixed, sizeof(fixed), NULL);
}

int
trace_maker_write(const struct trace_maker *maker, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int result = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, maker->bytes, maker->length) != (ssize_t)maker->length)
		result = -EIO;
	close(fd);
	return result;
}
