/*
 * known_objects.c: see known_objects.h. Calls nothing; many processes use the tables at once, whose entries are only ever set.
 */
#include "preload/known_objects.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "preload/modules.h"
#include "preload/trace_windows.h"

#define SLOTS CLONESHIM_TRACE_SITELESS_MAX
#define PROBES 16
#define BEING_WRITTEN UINT64_C(1)

/* The build-id is a hash already. With the size of the object in memory, for a file that was changed and kept its build-id. */
uint64_t
known_objects_key(const struct module *module)
{
	uint32_t length;
	const uint8_t *build_id = module_build_id(module, &length);
	uint64_t key;

	if (build_id == NULL || length < sizeof(key))
		return 0;
	memcpy(&key, build_id, sizeof(key));
	key ^= module->end - module->start;
	return key != BEING_WRITTEN ? key : 0;
}

/* The slot that holds `key`, or the first free one on the way to it. NULL: neither. */
static uint64_t *
find(uint64_t key)
{
	struct cloneshim_trace_header *header = trace_windows_header();

	for (uint64_t i = 0; header != NULL && key != 0 && i < PROBES; i++) {
		uint64_t *slot = &header->siteless[(key + i) % SLOTS];
		uint64_t found = __atomic_load_n(slot, __ATOMIC_RELAXED);

		if (found == key || found == 0)
			return slot;
	}
	return NULL;
}

bool
known_objects_is_siteless(const struct module *module)
{
	const uint64_t *slot = find(known_objects_key(module));

	return slot != NULL && __atomic_load_n(slot, __ATOMIC_RELAXED) != 0;
}

/* Where another object took the slot in between, this one is remembered next time. */
void
known_objects_remember_siteless(const struct module *module)
{
	uint64_t key = known_objects_key(module), *slot = find(key), none = 0;

	if (slot != NULL)
		__atomic_compare_exchange_n(slot, &none, key, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

/* Every traced program can write there. `libc` is a copy. */
static bool
is_sound(const struct cloneshim_trace_libc *libc)
{
	if (libc->name[sizeof(libc->name) - 1] != '\0' || libc->site_count > CLONESHIM_TRACE_LIBC_SITES_MAX)
		return false;
	for (uint32_t i = 0; i < libc->site_count; i++)
		if (libc->sites[i].symbol[sizeof(libc->sites[i].symbol) - 1] != '\0')
			return false;
	return true;
}

bool
known_objects_libc(const struct module *module, struct cloneshim_trace_libc *libc)
{
	const struct cloneshim_trace_header *header = trace_windows_header();
	uint64_t key = header != NULL ? known_objects_key(module) : 0;

	for (size_t i = 0; key != 0 && i < CLONESHIM_TRACE_LIBCS_MAX; i++) {
		if (__atomic_load_n(&header->libcs[i].key, __ATOMIC_ACQUIRE) != key)
			continue;
		memcpy(libc, &header->libcs[i], sizeof(*libc));
		return is_sound(libc);
	}
	return false;
}

void
known_objects_remember_libc(const struct module *module, const struct cloneshim_trace_libc *libc)
{
	struct cloneshim_trace_header *header = trace_windows_header();
	uint64_t key = header != NULL ? known_objects_key(module) : 0;

	for (size_t i = 0; key != 0 && i < CLONESHIM_TRACE_LIBCS_MAX; i++) {
		struct cloneshim_trace_libc *place = &header->libcs[i];
		uint64_t found = 0;

		if (__atomic_compare_exchange_n(&place->key, &found, BEING_WRITTEN, false, __ATOMIC_RELAXED,
						__ATOMIC_RELAXED)) {
			memcpy((char *)place + sizeof(place->key), (const char *)libc + sizeof(libc->key),
			       sizeof(*libc) - sizeof(libc->key));
			__atomic_store_n(&place->key, key, __ATOMIC_RELEASE);
			return;
		}
		if (found == key)
			return;
	}
}
