/* raw_sites.c: see raw_sites.h. Constructor, or during the loader's notice, but for raw_sites_tell_namespace(). */
#include "preload/raw_sites.h"

#include <errno.h>
#include <stddef.h>

#include "preload/clock.h"
#include "preload/known_objects.h"
#include "preload/libc_identity.h"
#include "preload/memory.h"
#include "preload/modules.h"
#include "preload/probe_patch.h"
#include "preload/sink.h"
#include "preload/task.h"
#include "preload/x86_64/site.h"

static struct event_process at_start; /* what was found then */

/* The search of one object. */
struct search {
	const struct module *module;
	const char *unsafe; /* why none of its sites may be patched; NULL: they may */
	struct event_process *found;
	bool has_any; /* a site, or what may be one */
};

static void
leave_alone(struct event_process *found, const struct probe_site *site, const char *why)
{
	struct left_alone *one = &found->left_alone[found->left_alone_count];

	if (found->left_alone_count++ >= EVENT_LEFT_ALONE_MAX)
		return;
	one->nr = site->nr;
	one->why = why;
	modules_locate(site->address, &one->at);
}

static void
note(struct event_process *found, const struct probe_site *site)
{
	uint32_t place = found->site_count++;

	if (place >= EVENT_SITES_MAX)
		return;
	found->sites[place].nr = site->nr;
	modules_locate(site->address, &found->sites[place].at);
}

/* Patches a proven site. Returns NULL; or why it was not. */
static const char *
patch(const struct module *module, const struct probe_site *site)
{
	char text[64];
	struct out ignored;

	out_init(&ignored, text, sizeof(text));
	switch (probe_patch_add(module, site, &ignored)) {
	case 0:
		return NULL;
	case -ENOSPC:
		return "as many as can be are observed already";
	default:
		return "it could not be patched";
	}
}

static void
visit_site(const struct probe_site *site, const char *why_not, void *context)
{
	struct search *search = context;

	search->has_any = true;
	if (why_not == NULL)
		why_not = search->unsafe;
	if (why_not == NULL)
		why_not = patch(search->module, site);
	if (why_not != NULL)
		leave_alone(search->found, site, why_not);
	else
		note(search->found, site);
}

static void
search_unless_known(struct search *search)
{
	if (known_objects_is_siteless(search->module))
		return;
	site_scan(search->module, visit_site, search);
	if (!search->has_any)
		known_objects_remember_siteless(search->module);
}

/* The kernel's own code creates nothing. */
static bool
is_searched(const struct module *module)
{
	return module != libc_identity()->module && !module_is_shim(module) && !clock_is_vdso(module);
}

void
raw_sites_init(void)
{
	const struct module *module;

	for (size_t place = 0; (module = modules_at(place)) != NULL; place++)
		if (is_searched(module))
			search_unless_known(&(struct search){.module = module, .found = &at_start});
}

bool
raw_sites_are_all_observed(void)
{
	return at_start.left_alone_count == 0;
}

bool
raw_sites_are_there(void)
{
	return at_start.site_count != 0 || at_start.left_alone_count != 0;
}

void
raw_sites_describe(struct event_process *event)
{
	event->left_alone_count = at_start.left_alone_count;
	memcpy(event->left_alone, at_start.left_alone, sizeof(event->left_alone));
}

static void
tell(struct event_process *event, const char *path, const char *reason)
{
	if (!sink_wants_calls())
		return;
	event->kind = PROCESS_MODULE;
	event->time_ns = clock_now_ns();
	event->exe = path;
	event->probe_reason = reason;
	task_identify(&event->head);
	sink_process(event);
}

void
raw_sites_search_later(const struct module *module)
{
	struct event_process found = {0};
	struct search search = {.module = module, .found = &found};

	if (module->has_text_relocations)
		search.unsafe = "in text that the loader changes";
	search_unless_known(&search);
	if (found.left_alone_count != 0)
		task_trust_probe(false);
	if (found.site_count != 0 || found.left_alone_count != 0)
		tell(&found, module->path, NULL);
}

void
raw_sites_tell_unsearched(const char *path, const char *reason)
{
	task_trust_probe(false);
	tell(&(struct event_process){0}, path, reason);
}

void
raw_sites_tell_namespace(const char *file)
{
	raw_sites_tell_unsearched(file, "in a namespace of its own (dlmopen), where nothing is observed");
}
