/*
 * siteless.c: see siteless.h. Calls nothing; many processes use the table at once, whose words are only ever set.
 */
#include "preload/siteless.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "cloneshim/trace.h"
#include "preload/modules.h"
#include "preload/trace_windows.h"

#define SLOTS CLONESHIM_TRACE_SITELESS_MAX
#define PROBES 16

/* The build-id is a hash already. With the size of the object in memory, for a file that was changed and kept its build-id; 0: there is
   none. */
static uint64_t
key_of(const struct module *module)
{
	uint32_t length;
	const uint8_t *build_id = module_build_id(module, &length);
	uint64_t key;

	if (build_id == NULL || length < sizeof(key))
		return 0;
	memcpy(&key, build_id, sizeof(key));
	return key ^ (module->end - module->start);
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
siteless_is_known(const struct module *module)
{
	const uint64_t *slot = find(key_of(module));

	return slot != NULL && __atomic_load_n(slot, __ATOMIC_RELAXED) != 0;
}

/* Where another object took the slot in between, this one is remembered next time. */
void
siteless_remember(const struct module *module)
{
	uint64_t key = key_of(module), *slot = find(key), none = 0;

	if (slot != NULL)
		__atomic_compare_exchange_n(slot, &none, key, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}
