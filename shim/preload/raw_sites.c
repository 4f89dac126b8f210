/* raw_sites.c: see raw_sites.h. Constructor, but for raw_sites_tell_namespace(). */
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

static struct left_alone left_alone[EVENT_LEFT_ALONE_MAX];
static uint32_t left_alone_count;

static void
leave_alone(const struct probe_site *site, const char *why)
{
	if (left_alone_count < EVENT_LEFT_ALONE_MAX) {
		left_alone[left_alone_count].nr = site->nr;
		left_alone[left_alone_count].why = why;
		modules_locate(site->address, &left_alone[left_alone_count].at);
	}
	left_alone_count++;
}

static void
visit_site(const struct probe_site *site, const char *why_not, void *module)
{
	char text[64];
	struct out reason;

	out_init(&reason, text, sizeof(text));
	if (why_not == NULL && probe_patch_add(module, site, &reason) != 0)
		why_not = "it could not be patched";
	if (why_not != NULL)
		leave_alone(site, why_not);
}

void
raw_sites_init(void)
{
	const struct module *module;

	for (size_t place = 0; (module = modules_at(place)) != NULL; place++)
		if (module != libc_identity()->module && !module_is_shim(module))
			site_scan(module, visit_site, (void *)module);
}

void
raw_sites_describe(struct event_process *event)
{
	event->left_alone_count = left_alone_count;
	memcpy(event->left_alone, left_alone, sizeof(left_alone));
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
