/* places.c: see places.h. Sorted tables. */
#include "cli/places.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

struct memory_entry {
	uint64_t memory, copied_memory;
};

struct location_entry {
	uint64_t memory, slot;
	struct code_location at;
};

struct table {
	void *entries;
	size_t count, room;
};

/* A kept string, in a tree of tsearch(3). */
struct kept {
	size_t length;
	char bytes[];
};

struct places {
	struct table memories, modules, locations;
	void *strings;
};

struct places *
places_new(void)
{
	return calloc(1, sizeof(struct places));
}

void
places_free(struct places *places)
{
	if (places == NULL)
		return;
	tdestroy(places->strings, free);
	free(places->memories.entries);
	free(places->modules.entries);
	free(places->locations.entries);
	free(places);
}

static int
compare_numbers(uint64_t left, uint64_t right)
{
	return (left > right) - (left < right);
}

static int
compare_strings(const void *left, const void *right)
{
	const struct kept *l = left, *r = right;

	return l->length != r->length ? compare_numbers(l->length, r->length) : memcmp(l->bytes, r->bytes, l->length);
}

const char *
places_keep_string(struct places *places, const char *bytes, size_t length)
{
	struct kept *kept = malloc(sizeof(*kept) + length + 1);
	struct kept **found;

	if (kept == NULL)
		return NULL;
	kept->length = length;
	memcpy(kept->bytes, bytes, length);
	kept->bytes[length] = '\0';
	found = tsearch(kept, &places->strings, compare_strings);
	if (found == NULL || *found != kept)
		free(kept);
	return found != NULL ? (*found)->bytes : NULL;
}

/* Room for one more entry; NULL: out of memory. */
static void *
append(struct table *table, size_t size)
{
	if (table->count == table->room) {
		size_t room = table->room != 0 ? table->room * 2 : 64;
		void *larger = reallocarray(table->entries, room, size);

		if (larger == NULL)
			return NULL;
		table->entries = larger;
		table->room = room;
	}
	return (char *)table->entries + size * table->count++;
}

bool
places_add_memory(struct places *places, uint64_t memory, uint64_t copied_memory)
{
	struct memory_entry *entry = append(&places->memories, sizeof(*entry));

	if (entry != NULL)
		*entry = (struct memory_entry){memory, copied_memory};
	return entry != NULL;
}

bool
places_add_module(struct places *places, const struct trace_module *module)
{
	struct trace_module *entry = append(&places->modules, sizeof(*entry));

	if (entry != NULL)
		*entry = *module;
	return entry != NULL;
}

bool
places_add_location(struct places *places, uint64_t memory, uint64_t slot, const struct code_location *location)
{
	struct location_entry *entry = append(&places->locations, sizeof(*entry));

	if (entry != NULL)
		*entry = (struct location_entry){memory, slot, *location};
	return entry != NULL;
}

static int
compare_memories(const void *left, const void *right)
{
	return compare_numbers(((const struct memory_entry *)left)->memory,
			       ((const struct memory_entry *)right)->memory);
}

static int
compare_modules(const void *left, const void *right)
{
	const struct trace_module *l = left, *r = right;
	int order = compare_numbers(l->memory, r->memory);

	return order != 0 ? order : compare_numbers(l->slot, r->slot);
}

static int
compare_locations(const void *left, const void *right)
{
	const struct location_entry *l = left, *r = right;
	int order = compare_numbers(l->memory, r->memory);

	if (order == 0)
		order = compare_numbers(l->at.address, r->at.address);
	return order != 0 ? order : compare_numbers(l->slot, r->slot);
}

static void
sort(struct table *table, size_t size, int (*compare)(const void *, const void *))
{
	if (table->count > 0)
		qsort(table->entries, table->count, size, compare);
}

void
places_seal(struct places *places)
{
	sort(&places->memories, sizeof(struct memory_entry), compare_memories);
	sort(&places->modules, sizeof(struct trace_module), compare_modules);
	sort(&places->locations, sizeof(struct location_entry), compare_locations);
}

/* A copy is always younger, which also ends every walk. */
uint64_t
places_original(const struct places *places, uint64_t memory)
{
	const struct memory_entry key = {.memory = memory};
	const struct memory_entry *found = NULL;

	if (places->memories.count > 0)
		found = bsearch(&key, places->memories.entries, places->memories.count, sizeof(key), compare_memories);
	return found != NULL && found->copied_memory < memory ? found->copied_memory : CLONESHIM_TRACE_NOWHERE;
}

/* The first entry that is not less than `key`. */
static size_t
lower_bound(const struct table *table, size_t size, int (*compare)(const void *, const void *), const void *key)
{
	size_t low = 0, high = table->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare((const char *)table->entries + size * middle, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct code_location *
locate_in(const struct places *places, uint64_t memory, uint64_t address, uint64_t slot)
{
	const struct location_entry key = {.memory = memory, .slot = slot, .at.address = address};
	const struct location_entry *entries = places->locations.entries;
	size_t at = lower_bound(&places->locations, sizeof(key), compare_locations, &key);

	if (at > 0 && entries[at - 1].memory == memory && entries[at - 1].at.address == address)
		return &entries[at - 1].at;
	if (at < places->locations.count && entries[at].memory == memory && entries[at].at.address == address)
		return &entries[at].at;
	return NULL;
}

void
places_locate(const struct places *places, uint64_t memory, uint64_t address, uint64_t slot,
	      struct code_location *location)
{
	const struct code_location *found = NULL;

	*location = (struct code_location){.address = address};
	while (address != 0 && memory != CLONESHIM_TRACE_NOWHERE && found == NULL) {
		found = locate_in(places, memory, address, slot);
		memory = places_original(places, memory);
	}
	if (found != NULL)
		*location = *found;
}

static bool
holds(const struct trace_module *module, uint64_t address)
{
	return address >= module->start && address < module->end;
}

static const struct trace_module *
module_in(const struct places *places, uint64_t memory, uint64_t address, uint64_t slot)
{
	const struct trace_module key = {.memory = memory};
	const struct trace_module *modules = places->modules.entries, *found = NULL;
	size_t i = lower_bound(&places->modules, sizeof(key), compare_modules, &key);

	for (; i < places->modules.count && modules[i].memory == memory; i++)
		if (holds(&modules[i], address) && (found == NULL || modules[i].slot <= slot))
			found = &modules[i];
	return found;
}

const struct trace_module *
places_module(const struct places *places, uint64_t memory, uint64_t address, uint64_t slot)
{
	const struct trace_module *found = NULL;

	while (memory != CLONESHIM_TRACE_NOWHERE && found == NULL) {
		found = module_in(places, memory, address, slot);
		memory = places_original(places, memory);
	}
	return found;
}
