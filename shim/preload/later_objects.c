/*
 * later_objects.c: see later_objects.h. Hot path; runs inside of the loader, whose lock keeps all other tasks out, and calls the
 * kernel only.
 *
 * A handler may interrupt it and open an object in its turn, and a fork may copy the process in its midst: so an entry is claimed by
 * one exchange, before anything is done with its object, and nothing has to be finished for the next notice to work.
 */
#include "preload/later_objects.h"

#include <link.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "decode/out.h"
#include "preload/loader_notice.h"
#include "preload/modules.h"
#include "preload/pages.h"
#include "preload/probe.h"
#include "preload/probe_patch.h"
#include "preload/raw_sites.h"

#define KNOWN_MAX 1024

/* An object that was there at an earlier notice. Its name is part of what it is: another one may be mapped to the same place, and
   described in the same memory. */
struct known {
	_Atomic bool is_taken;
	bool is_there; /* in the list at this notice */
	const struct link_map *map;
	const void *dynamic;
	uint64_t base, name_hash;
	uint64_t start, end;
};

static RARELY_USED struct known known[KNOWN_MAX];
static _Atomic size_t known_end; /* no entry has been taken from here on */
static _Atomic bool is_expected, has_said_full;

static uint64_t
hash(const char *name)
{
	uint64_t value = 5381;

	for (; *name != '\0'; name++)
		value = value * 33 + (unsigned char)*name;
	return value;
}

static struct known *
find_known(const struct link_map *map)
{
	for (size_t i = 0; i < known_end; i++)
		if (known[i].is_taken && known[i].map == map && known[i].dynamic == map->l_ld &&
		    known[i].base == map->l_addr && known[i].name_hash == hash(map->l_name))
			return &known[i];
	return NULL;
}

static struct known *
claim(void)
{
	for (size_t i = 0; i < KNOWN_MAX; i++) {
		if (atomic_exchange(&known[i].is_taken, true))
			continue;
		if (i >= known_end)
			known_end = i + 1;
		return &known[i];
	}
	return NULL;
}

static void
mark(const struct link_map *map)
{
	struct known *one = find_known(map);

	if (one != NULL)
		one->is_there = true;
}

/* What is gone took its text along, the changed pages in it, too: only the stubs are to be had back. */
static void
forget_gone(void)
{
	for (size_t i = 0; i < known_end; i++)
		known[i].is_there = false;
	modules_visit_later(mark);
	for (size_t i = 0; i < known_end; i++) {
		if (!known[i].is_taken || known[i].is_there)
			continue;
		probe_patch_forget(known[i].start, known[i].end);
		atomic_store(&known[i].is_taken, false);
	}
}

static void
search_if_new(const struct link_map *map)
{
	struct module module;
	struct known *one;

	if (find_known(map) != NULL || !modules_parse_later(&module, map))
		return;
	one = claim();
	if (one == NULL) {
		if (!atomic_exchange(&has_said_full, true))
			raw_sites_tell_unsearched(map->l_name, "not searched, nor any after it: too many objects");
		return;
	}
	one->map = map;
	one->dynamic = map->l_ld;
	one->base = map->l_addr;
	one->name_hash = hash(map->l_name);
	one->start = module.start;
	one->end = module.end;
	raw_sites_search_later(&module);
}

void
later_objects_noticed(uint64_t caller)
{
	if (modules_find(caller) != modules_find(modules_loader_notice()) || !modules_loader_is_done())
		return;
	forget_gone();
	modules_visit_later(search_if_new);
}

static void
hook_loader(void)
{
	const struct module *loader = modules_find(modules_loader_notice());
	char text[160];
	struct out reason;

	out_init(&reason, text, sizeof(text));
	out_string(&reason, "what dlopen brings is not searched: ");
	if (loader_notice_hook(loader, modules_loader_notice(), &reason) == 0)
		return;
	text[out_finish(&reason) - 1] = '\0';
	raw_sites_tell_unsearched(loader != NULL ? loader->path : NULL, text);
}

void
later_objects_expect(void)
{
	if (!atomic_load_explicit(&is_expected, memory_order_relaxed) && probe_is_installed() &&
	    !atomic_exchange(&is_expected, true))
		hook_loader();
}
