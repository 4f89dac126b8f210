/* raw_sites.c: see raw_sites.h. Hot path after raw_sites_init(); one task at a time changes text, the others go on without. */
#include "preload/raw_sites.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "preload/clock.h"
#include "preload/libc_identity.h"
#include "preload/memory.h"
#include "preload/modules.h"
#include "preload/probe.h"
#include "preload/probe_patch.h"
#include "preload/sink.h"
#include "preload/task.h"
#include "preload/x86_64/site.h"

#define SEARCHED_MAX 128

/* After a dlopen the next calls look for new objects, not only the first: it may come from another thread, in the midst of it. */
#define PATIENCE 16

static _Atomic int expected; /* how many more calls shall look */
static atomic_flag is_busy = ATOMIC_FLAG_INIT;

/* The objects that were searched after the start. One that is unloaded and replaced at its very place, by one as long, is taken for
   it and not searched. */
static struct {
	uint64_t start, end;
} searched[SEARCHED_MAX];
static size_t searched_count;

static struct left_alone left_alone[EVENT_LEFT_ALONE_MAX];
static uint32_t left_alone_count;

/* What the search of one object found. */
struct search {
	const struct module *module;
	struct event_process event; /* of an object that came later */
};

static void
leave_alone(struct search *search, const struct probe_site *site, const char *why)
{
	struct left_alone one = {.nr = site->nr, .why = why};

	modules_locate(site->address, &one.at);
	if (left_alone_count < EVENT_LEFT_ALONE_MAX)
		left_alone[left_alone_count] = one;
	left_alone_count++;
	if (search->event.left_alone_count < EVENT_LEFT_ALONE_MAX)
		search->event.left_alone[search->event.left_alone_count] = one;
	search->event.left_alone_count++;
}

static void
visit_site(const struct probe_site *site, const char *why_not, void *context)
{
	struct search *search = context;
	struct event_process *event = &search->event;
	char text[64];
	struct out reason;

	out_init(&reason, text, sizeof(text));
	if (why_not == NULL && probe_patch_add(search->module, site, &reason) != 0)
		why_not = "it could not be patched";
	if (why_not != NULL) {
		leave_alone(search, site, why_not);
		return;
	}
	if (event->site_count < EVENT_SITES_MAX) {
		event->sites[event->site_count].nr = site->nr;
		modules_locate(site->address, &event->sites[event->site_count].at);
	}
	event->site_count++;
}

static void
search_module(const struct module *module, struct search *search)
{
	*search = (struct search){.module = module};
	site_scan(module, visit_site, search);
}

void
raw_sites_init(void)
{
	const struct module *module;
	struct search search;

	for (size_t place = 0; (module = modules_at(place)) != NULL; place++)
		if (module != libc_identity()->module && !module_is_shim(module))
			search_module(module, &search);
}

void
raw_sites_describe(struct event_process *event)
{
	event->left_alone_count = left_alone_count;
	memcpy(event->left_alone, left_alone, sizeof(left_alone));
}

void
raw_sites_expect(void)
{
	atomic_store(&expected, PATIENCE);
}

void
raw_sites_tell_namespace(const char *file)
{
	struct event_process event = {
		.kind = PROCESS_MODULE,
		.time_ns = clock_now_ns(),
		.exe = file,
		.probe_reason = "in a namespace of its own (dlmopen), where nothing is observed",
	};

	task_identify(&event.head);
	sink_process(&event);
}

static bool
was_searched(const struct module *module)
{
	for (size_t i = 0; i < searched_count; i++)
		if (searched[i].start == module->start && searched[i].end == module->end)
			return true;
	return false;
}

static void
emit_module(struct search *search)
{
	struct event_process *event = &search->event;

	if (!sink_wants_calls() || (event->site_count == 0 && event->left_alone_count == 0))
		return;
	event->kind = PROCESS_MODULE;
	event->time_ns = clock_now_ns();
	event->exe = search->module->path;
	task_identify(&event->head);
	sink_process(event);
}

/* The text must be there to its end: dlclose may be on its way. */
static bool
visit_module(struct module *module, void *context)
{
	struct search search;

	(void)context;
	if (was_searched(module) || searched_count == SEARCHED_MAX || !memory_readable(module->start, 8))
		return false;
	searched[searched_count].start = module->start;
	searched[searched_count].end = module->end;
	searched_count++;
	search_module(module, &search);
	emit_module(&search);
	return false;
}

void
raw_sites_update(void)
{
	if (atomic_load_explicit(&expected, memory_order_relaxed) == 0 || !probe_is_installed() ||
	    atomic_flag_test_and_set(&is_busy))
		return;
	atomic_fetch_sub(&expected, 1);
	modules_visit_later(visit_module, NULL);
	atomic_flag_clear(&is_busy);
}
