/* symbolizer.c: see symbolizer.h. Files and addresses are kept in trees of tsearch(3). */
#include "cli/symbolizer.h"

#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Paths and build-ids are those of the trace: the same bytes have the same place in memory (trace_events.h). */
struct known_file {
	const char *path;
	const uint8_t *build_id;
	struct object_file *object; /* NULL: it says nothing */
	char why[128];
	void *addresses;
	struct known_file *next;
};

struct known_address {
	uint64_t offset;
	struct code_source source; /* count 0: nothing is known */
};

struct symbolizer {
	struct trace_events *events;
	void *by_identity;
	struct known_file *newest; /* of all files */
	char *complaint;
};

struct symbolizer *
symbolizer_new(struct trace_events *events)
{
	struct symbolizer *symbolizer = calloc(1, sizeof(*symbolizer));

	if (symbolizer != NULL)
		symbolizer->events = events;
	return symbolizer;
}

static void
keep(void *node)
{
	(void)node;
}

void
symbolizer_free(struct symbolizer *symbolizer)
{
	if (symbolizer == NULL)
		return;
	tdestroy(symbolizer->by_identity, keep);
	while (symbolizer->newest != NULL) {
		struct known_file *file = symbolizer->newest;

		symbolizer->newest = file->next;
		tdestroy(file->addresses, free);
		object_file_close(file->object);
		free(file);
	}
	free(symbolizer->complaint);
	free(symbolizer);
}

static int
compare_pointers(const void *left, const void *right)
{
	return ((uintptr_t)left > (uintptr_t)right) - ((uintptr_t)left < (uintptr_t)right);
}

static int
compare_files(const void *left, const void *right)
{
	const struct known_file *l = left, *r = right;
	int order = compare_pointers(l->path, r->path);

	return order != 0 ? order : compare_pointers(l->build_id, r->build_id);
}

static int
compare_addresses(const void *left, const void *right)
{
	uint64_t l = ((const struct known_address *)left)->offset, r = ((const struct known_address *)right)->offset;

	return (l > r) - (l < r);
}

/* When the module was seen in memory, in the time that files have. */
static uint64_t
loaded_at(const struct symbolizer *symbolizer, const struct trace_module *module)
{
	const struct cloneshim_trace_header *header = trace_reader_header(trace_events_reader(symbolizer->events));

	return header->start_realtime_ns + (module->time_ns - header->start_monotonic_ns);
}

/* NULL: out of memory. */
static struct known_file *
add_file(struct symbolizer *symbolizer, const struct trace_module *module)
{
	struct object_identity identity = {.path = module->path,
					   .build_id = module->build_id,
					   .build_id_length = module->build_id_length,
					   .loaded_realtime_ns = loaded_at(symbolizer, module)};
	struct known_file *file = calloc(1, sizeof(*file));

	if (file == NULL)
		return NULL;
	*file = (struct known_file){.path = module->path, .build_id = module->build_id};
	if (tsearch(file, &symbolizer->by_identity, compare_files) == NULL) {
		free(file);
		return NULL;
	}
	file->object = object_file_open(&identity, file->why, sizeof(file->why));
	file->next = symbolizer->newest;
	symbolizer->newest = file;
	return file;
}

/* The vDSO has a name and no file. What a relative path names here, a build-id tells. */
static bool
may_have_file(const struct trace_module *module)
{
	return module->path != NULL &&
	       (module->path[0] == '/' || (strchr(module->path, '/') != NULL && module->build_id != NULL));
}

/* The file that says something of a module; NULL: none does, or out of memory. */
static struct known_file *
file_of(struct symbolizer *symbolizer, const struct trace_module *module)
{
	struct known_file key, *file, *const *found;

	if (module == NULL || !may_have_file(module))
		return NULL;
	key.path = module->path;
	key.build_id = module->build_id;
	found = tfind(&key, &symbolizer->by_identity, compare_files);
	file = found != NULL ? *found : add_file(symbolizer, module);
	if (file == NULL || file->object == NULL)
		return NULL;
	/* One path may have held one program after the other. */
	if (module->build_id == NULL && object_file_changed_ns(file->object) > loaded_at(symbolizer, module))
		return NULL;
	return file;
}

static const struct known_address *
look_up(struct known_file *file, uint64_t offset)
{
	struct source_frame frames[SYMBOLIZER_FRAMES_MAX];
	size_t count = object_file_find(file->object, offset, frames, SYMBOLIZER_FRAMES_MAX);
	struct known_address *address = calloc(1, sizeof(*address) + count * sizeof(frames[0]));

	if (address == NULL)
		return NULL;
	address->offset = offset;
	address->source.count = (uint32_t)count;
	memcpy(address->source.frames, frames, count * sizeof(frames[0]));
	if (tsearch(address, &file->addresses, compare_addresses) == NULL) {
		free(address);
		return NULL;
	}
	return address;
}

const struct code_source *
symbolizer_source(struct symbolizer *symbolizer, uint64_t memory, uint64_t address, uint64_t slot,
		  bool is_return_address)
{
	uint64_t inside = address - is_return_address;
	const struct trace_module *module = trace_events_module(symbolizer->events, memory, inside, slot);
	struct known_file *file = file_of(symbolizer, module);
	const struct known_address *known, *const *found;
	struct known_address key;

	if (file == NULL)
		return NULL;
	key.offset = inside - module->base;
	found = tfind(&key, &file->addresses, compare_addresses);
	known = found != NULL ? *found : look_up(file, key.offset);
	return known != NULL && known->source.count > 0 ? &known->source : NULL;
}

size_t
symbolizer_find(struct symbolizer *symbolizer, uint64_t memory, uint64_t address, uint64_t slot, bool is_return_address,
		struct source_frame *frames, size_t room)
{
	const struct code_source *source = symbolizer_source(symbolizer, memory, address, slot, is_return_address);
	size_t count = source != NULL ? source->count : 0;

	count = count < room ? count : room;
	if (count > 0)
		memcpy(frames, source->frames, count * sizeof(frames[0]));
	return count;
}

const char *
symbolizer_complaint(struct symbolizer *symbolizer)
{
	for (struct known_file *file = symbolizer->newest; file != NULL; file = file->next)
		if (file->why[0] != '\0') {
			free(symbolizer->complaint);
			if (asprintf(&symbolizer->complaint, "%s: %s", file->path, file->why) < 0)
				symbolizer->complaint = NULL;
			file->why[0] = '\0';
			return symbolizer->complaint;
		}
	return NULL;
}
