/* trace_reader.c: see trace_reader.h. */
#include "cli/trace_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/mapped_file.h"

#define SLOT_SIZE ((uint64_t)CLONESHIM_TRACE_SLOT_SIZE)
#define PAYLOAD ((uint64_t)CLONESHIM_TRACE_PAYLOAD_SIZE)

struct trace_reader {
	const uint8_t *bytes;
	size_t length;            /* as far as the file has not been cut since */
	struct mapped_file *file; /* NULL: the bytes are the caller's */
	bool was_cut;
	struct cloneshim_trace_header header; /* a copy; what grows is read anew, unless the file was cut */
	const struct cloneshim_trace_slot *slots;
	uint64_t position;
	uint64_t released; /* bytes of the mapping, from its begin, that have been given back */
	uint64_t unfinished, damaged, cut;
	uint64_t empty;   /* how many unfinished slots lie directly before `position` */
	uint64_t *joined; /* the present record */
	size_t joined_size;
};

static const char *
why_unreadable(const struct cloneshim_trace_header *header, size_t length)
{
	if (length < sizeof(header->magic) || memcmp(header->magic, CLONESHIM_TRACE_MAGIC, sizeof(header->magic)) != 0)
		return length == 0 ? "an empty file, not a trace" : "not a cloneshim trace";
	if (length < CLONESHIM_TRACE_HEADER_SIZE)
		return "a trace that was cut short in its header";
	if (header->byte_order == __builtin_bswap32(CLONESHIM_TRACE_BYTE_ORDER))
		return "a trace from a machine of the other byte order";
	if (header->byte_order != CLONESHIM_TRACE_BYTE_ORDER)
		return "a trace with a damaged header";
	return NULL;
}

/* Reads the header. False: this is nothing that can be read. */
static bool
take_header(struct trace_reader *reader, char *why, size_t size)
{
	const char *reason;

	memcpy(&reader->header, reader->bytes,
	       reader->length < sizeof(reader->header) ? reader->length : sizeof(reader->header));
	reason = why_unreadable(&reader->header, reader->length);
	if (reason != NULL) {
		snprintf(why, size, "%s", reason);
		return false;
	}
	if (reader->header.version != CLONESHIM_TRACE_VERSION) {
		snprintf(why, size, "a trace of version %u; this cloneshim reads version %d", reader->header.version,
			 CLONESHIM_TRACE_VERSION);
		return false;
	}
	if (reader->header.header_size != CLONESHIM_TRACE_HEADER_SIZE || reader->header.slot_size != SLOT_SIZE) {
		snprintf(why, size, "a trace with a damaged header");
		return false;
	}
	if (reader->length > CLONESHIM_TRACE_HEADER_SIZE)
		reader->slots = (const struct cloneshim_trace_slot *)(reader->bytes + CLONESHIM_TRACE_HEADER_SIZE);
	return true;
}

static struct trace_reader *
start(const void *bytes, size_t length, struct mapped_file *file, char *why, size_t size)
{
	struct trace_reader *reader = calloc(1, sizeof(*reader));

	if (reader == NULL) {
		snprintf(why, size, "out of memory");
		return NULL;
	}
	*reader = (struct trace_reader){.bytes = bytes, .length = length, .file = file};
	if (take_header(reader, why, size))
		return reader;
	free(reader);
	return NULL;
}

struct trace_reader *
trace_reader_open_memory(const void *bytes, size_t length, char *why, size_t size)
{
	return start(bytes, length, NULL, why, size);
}

struct trace_reader *
trace_reader_open_descriptor(int fd, uint64_t most, char *why, size_t size)
{
	struct trace_reader *reader;
	struct mapped_file *file;
	struct stat status;

	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
		snprintf(why, size, "not a regular file");
		return NULL;
	}
	if ((uint64_t)status.st_size < most)
		most = (uint64_t)status.st_size;
	if (most == 0)
		return start("", 0, NULL, why, size);
	file = mapped_file_open(fd, most);
	if (file == NULL) {
		snprintf(why, size, "%s", strerror(errno));
		return NULL;
	}
	reader = start(mapped_file_bytes(file), most, file, why, size);
	if (reader == NULL)
		mapped_file_close(file);
	return reader;
}

struct trace_reader *
trace_reader_open(const char *path, char *why, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct trace_reader *reader;

	if (fd < 0) {
		snprintf(why, size, "%s", strerror(errno));
		return NULL;
	}
	reader = trace_reader_open_descriptor(fd, UINT64_MAX, why, size);
	close(fd);
	return reader;
}

void
trace_reader_close(struct trace_reader *reader)
{
	if (reader == NULL)
		return;
	mapped_file_close(reader->file);
	free(reader->joined);
	free(reader);
}

void
trace_reader_rewind(struct trace_reader *reader)
{
	reader->position = 0;
	reader->released = 0;
	reader->unfinished = 0;
	reader->damaged = 0;
	reader->cut = 0;
	reader->empty = 0;
}

const struct cloneshim_trace_header *
trace_reader_header(const struct trace_reader *reader)
{
	return &reader->header;
}

/* Slots that the file has room for. */
static uint64_t
slots_in_file(const struct trace_reader *reader)
{
	return reader->length > CLONESHIM_TRACE_HEADER_SIZE ? (reader->length - CLONESHIM_TRACE_HEADER_SIZE) / SLOT_SIZE
							    : 0;
}

/* The header in the file, for the members that grow. Of a file that was cut it may be zeros by now. */
static const struct cloneshim_trace_header *
present_header(const struct trace_reader *reader)
{
	return reader->was_cut ? &reader->header : (const struct cloneshim_trace_header *)reader->bytes;
}

/* No writer reserves beyond slot_count. It is read last, since both grow. */
static bool
header_contradicts_itself(const struct trace_reader *reader)
{
	uint64_t next = __atomic_load_n(&present_header(reader)->next, __ATOMIC_ACQUIRE);

	return next > __atomic_load_n(&present_header(reader)->slot_count, __ATOMIC_RELAXED);
}

/* Slots that writers have reserved. Where the header says nothing that can be believed, every slot of the file may be one. */
static uint64_t
handed_out(const struct trace_reader *reader)
{
	if (header_contradicts_itself(reader))
		return slots_in_file(reader);
	return __atomic_load_n(&present_header(reader)->next, __ATOMIC_ACQUIRE);
}

uint64_t
trace_reader_slots(const struct trace_reader *reader)
{
	uint64_t there = slots_in_file(reader), next = handed_out(reader);

	return next < there ? next : there;
}

uint64_t
trace_reader_position(const struct trace_reader *reader)
{
	return reader->position;
}

void
trace_reader_damage(const struct trace_reader *reader, struct trace_damage *damage)
{
	uint64_t next = handed_out(reader), there = slots_in_file(reader);

	if (there < reader->position) /* what was read before the file was cut */
		there = reader->position;
	damage->lost = __atomic_load_n(&present_header(reader)->lost, __ATOMIC_RELAXED);
	damage->unfinished = reader->unfinished;
	damage->damaged = reader->damaged;
	damage->missing = reader->cut + (next > there ? next - there : 0);
	damage->header = header_contradicts_itself(reader);
}

static struct cloneshim_trace_slot_head
load_head(const struct cloneshim_trace_slot *slot)
{
	/* A slot is aligned, which its type does not say. */
	uint64_t word = __atomic_load_n((const uint64_t *)__builtin_assume_aligned(slot, 8), __ATOMIC_ACQUIRE);
	struct cloneshim_trace_slot_head head;

	memcpy(&head, &word, sizeof(head));
	return head;
}

/* How many slots from here on are those of a record of `wanted` slots; the first is not looked at. */
static uint64_t
count_slots(const struct trace_reader *reader, uint64_t wanted, uint64_t slots)
{
	uint64_t count = 1;

	for (; count < wanted && count < slots - reader->position; count++) {
		struct cloneshim_trace_slot_head head = load_head(&reader->slots[reader->position + count]);

		if (head.state != CLONESHIM_TRACE_CONTINUATION || head.slots != count)
			break;
	}
	return count;
}

/* False: there is no memory for it. */
static bool
join(struct trace_reader *reader, uint64_t slots)
{
	size_t needed = slots * PAYLOAD;

	if (needed > reader->joined_size) {
		uint64_t *larger = realloc(reader->joined, needed);

		if (larger == NULL)
			return false;
		reader->joined = larger;
		reader->joined_size = needed;
	}
	for (uint64_t i = 0; i < slots; i++)
		memcpy((uint8_t *)reader->joined + i * PAYLOAD, reader->slots[reader->position + i].payload, PAYLOAD);
	return true;
}

/* Whether what the record says of its strings is so. */
static bool
holds_strings(const struct trace_entry *entry)
{
	struct trace_strings strings;

	trace_strings_start(&strings, entry);
	while (strings.left > 0) {
		uint32_t at = strings.at, length, flags;

		trace_strings_next(&strings, &length, &flags);
		if (strings.at == at)
			return false;
	}
	return true;
}

/* Takes the record at the present position. False: it contradicts itself. */
static bool
take_record(struct trace_reader *reader, struct cloneshim_trace_slot_head head, struct trace_entry *entry)
{
	if (head.slots == 0 || head.slots > CLONESHIM_TRACE_RECORD_SLOTS_MAX || head.length > head.slots * PAYLOAD ||
	    head.length < sizeof(struct cloneshim_trace_record) || !join(reader, head.slots))
		return false;
	entry->kind = (enum cloneshim_trace_kind)head.kind;
	entry->slot = reader->position;
	entry->payload = (const struct cloneshim_trace_record *)reader->joined;
	entry->length = head.length;
	return entry->payload->fixed >= sizeof(struct cloneshim_trace_record) && entry->payload->fixed <= head.length &&
	       holds_strings(entry);
}

/* Goes over a slot that no record begins in. */
static void
skip_slot(struct trace_reader *reader, uint8_t state)
{
	bool is_unfinished = state == CLONESHIM_TRACE_CONTINUATION ||
			     (state == CLONESHIM_TRACE_EMPTY && !header_contradicts_itself(reader));

	if (state != CLONESHIM_TRACE_EMPTY && state != CLONESHIM_TRACE_CONTINUATION)
		reader->damaged++;
	reader->unfinished += is_unfinished;
	reader->empty = is_unfinished && state == CLONESHIM_TRACE_EMPTY ? reader->empty + 1 : 0;
	reader->position++;
}

/* Goes back over empty slots that were read behind the file's end: they are missing, and not unfinished. */
static void
take_back_empty(struct trace_reader *reader)
{
	uint64_t there = slots_in_file(reader), back = reader->position > there ? reader->position - there : 0;

	if (back > reader->empty)
		back = reader->empty;
	reader->position -= back;
	reader->unfinished -= back;
	reader->empty = 0;
}

/* Whether the file was cut since it was looked at last. */
static bool
is_cut_now(struct trace_reader *reader)
{
	uint64_t next = trace_reader_slots(reader);
	size_t length = reader->file != NULL ? mapped_file_length(reader->file) : reader->length;

	if (length >= reader->length)
		return false;
	if (next > reader->header.next)
		reader->header.next = next;
	reader->was_cut = true;
	reader->length = length;
	take_back_empty(reader);
	return true;
}

/* The same of what was read up to slot `end`, at no cost. What was cut away shows as a page that has vanished or, in the page that the file
   ends in now, as zeros up to the page's end. */
static bool
is_cut_before(struct trace_reader *reader, uint64_t end, uint64_t slots)
{
	if (reader->file == NULL || (!mapped_file_has_vanished(reader->file) && end < slots &&
				     load_head(&reader->slots[end]).state != CLONESHIM_TRACE_EMPTY))
		return false;
	return is_cut_now(reader);
}

#define RELEASED_AT_ONCE (UINT64_C(16) << 20)

/* Gives back the pages that lie behind, so that a long trace takes no more memory than a short one. They stay in the page cache, and
   come back when they are asked for again. The header's page is asked for all the time. */
static void
release_behind(struct trace_reader *reader)
{
	uint64_t behind = (CLONESHIM_TRACE_HEADER_SIZE + reader->position * SLOT_SIZE) & ~(RELEASED_AT_ONCE - 1);
	uint64_t from = reader->released != 0 ? reader->released : CLONESHIM_TRACE_HEADER_SIZE;

	if (reader->file == NULL || behind <= from)
		return;
	mapped_file_release(reader->file, from, behind);
	reader->released = behind;
}

/* The next record within `slots`; false: there is none, or the file was cut. */
static bool
find_record(struct trace_reader *reader, uint64_t slots, struct trace_entry *entry)
{
	while (reader->position < slots) {
		struct cloneshim_trace_slot_head head = load_head(&reader->slots[reader->position]);
		uint64_t count;
		bool is_whole;

		if (head.state != CLONESHIM_TRACE_FIRST) {
			skip_slot(reader, head.state);
			continue;
		}
		count = count_slots(reader, head.slots, slots);
		is_whole = count >= head.slots && take_record(reader, head, entry);
		if (is_cut_before(reader, reader->position + count, slots))
			return false;
		if (!is_whole && count < head.slots && reader->position + count == slots_in_file(reader))
			reader->cut += count;
		else if (!is_whole)
			reader->damaged++;
		reader->empty = 0;
		reader->position += count;
		if (is_whole)
			return true;
	}
	return false;
}

/* Where the file was cut it is read again up to there: a record may go across. */
bool
trace_reader_next(struct trace_reader *reader, struct trace_entry *entry)
{
	release_behind(reader);
	do {
		if (find_record(reader, trace_reader_slots(reader), entry))
			return true;
	} while (is_cut_now(reader) || reader->position < trace_reader_slots(reader));
	return false;
}

void
trace_strings_start(struct trace_strings *strings, const struct trace_entry *entry)
{
	strings->entry = entry;
	strings->at = ((uint32_t)entry->payload->fixed + 7) / 8 * 8;
	strings->left = entry->payload->strings;
}

const char *
trace_strings_next(struct trace_strings *strings, uint32_t *length, uint32_t *flags)
{
	const uint8_t *bytes = (const uint8_t *)strings->entry->payload;
	uint32_t room = strings->at < strings->entry->length ? strings->entry->length - strings->at : 0;
	struct cloneshim_trace_string string;

	*length = 0;
	*flags = CLONESHIM_TRACE_STRING_ABSENT;
	if (strings->left == 0 || room < sizeof(string))
		return NULL;
	memcpy(&string, bytes + strings->at, sizeof(string));
	bytes += strings->at + sizeof(string);
	if (string.length > room - sizeof(string)) {
		strings->left = 0;
		return NULL;
	}
	strings->left--;
	strings->at += (uint32_t)sizeof(string) + (string.length + 7) / 8 * 8;
	*flags = string.flags;
	if ((string.flags & CLONESHIM_TRACE_STRING_ABSENT) != 0)
		return NULL;
	*length = string.length;
	return (const char *)bytes;
}
