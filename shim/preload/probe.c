/* probe.c: see probe.h. Constructor but for the questions at the end, and for what probe_be_ready() does once. */
#include "preload/probe.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

#include "decode/out.h"
#include "decode/strings.h"
#include "preload/dispatch.h"
#include "preload/known_objects.h"
#include "preload/libc_identity.h"
#include "preload/memory.h"
#include "preload/modules.h"
#include "preload/probe_patch.h"
#include "preload/raw_sites.h"
#include "preload/sink.h"
#include "preload/task.h"
#include "preload/x86_64/syscall.h"

_Static_assert((int)CLONESHIM_TRACE_LIBC_SITES_MAX <= (int)EVENT_SITES_MAX,
	       "a process event names all of libc's sites");

static enum { USES_NOTHING, USES_PATCHES, USES_WINDOWS } uses;
static uint32_t libc_site_count; /* the first of all sites; they stay */
static bool shows_paths;
static char reason[512]; /* why there is no probe, or not the first choice; "": nothing to say */
static char path_reason[256];

static _Atomic bool is_pending; /* libc's sites are known, but have not been patched yet */
static bool is_found;           /* they have been looked for by ourselves */

/* `may_wait`: for the sites it will do, for now, to know them from another process. */
static bool
find_patches(bool may_wait, struct out *why)
{
	is_found = !may_wait || !libc_identity()->is_known;
	if (!is_found)
		probe_patch_expect(libc_identity()->known.site_count);
	else if (probe_patch_find(why) != 0)
		return false;
	uses = USES_PATCHES;
	libc_site_count = probe_patch_site_count();
	raw_sites_init();
	atomic_store(&is_pending, true);
	return true;
}

static bool
apply_patches(struct out *why)
{
	atomic_store(&is_pending, false);
	if ((!is_found && probe_patch_find(why) != 0) || probe_patch_libc(why) != 0) {
		uses = USES_NOTHING;
		libc_site_count = 0;
		return false;
	}
	/* musl's syscall(2) makes any syscall, by an instruction that nobody looks at. */
	if (raw_sites_are_all_observed() && libc_identity()->is_glibc && task_is_only_one())
		task_trust_probe(true);
	return true;
}

static bool
use_windows(bool wants_paths, struct out *why)
{
	if (dispatch_init(DISPATCH_CREATIONS, wants_paths, why) != 0)
		return false;
	uses = USES_WINDOWS;
	shows_paths = wants_paths;
	return true;
}

/* Where text cannot be changed, the kernel may do without. Most programs of a tree create nothing: for them it is not changed. A program
   that makes system calls by itself may enter a sandbox that way, too, unnoticed. */
static void
install(enum config_probe wanted, bool wants_paths, struct out *why)
{
	bool may_wait = wanted == PROBE_AUTO && !wants_paths;

	if (wanted == PROBE_OFF) {
		out_string(why, "CLONESHIM_PROBE=off");
		return;
	}
	if (wanted != PROBE_DISPATCH && find_patches(may_wait, why) &&
	    ((may_wait && !raw_sites_are_there()) || apply_patches(why)))
		return;
	if (wanted == PROBE_PATCH)
		return;
	if (wanted == PROBE_AUTO)
		out_string(why, "; ");
	if (use_windows(wants_paths, why) && wanted == PROBE_AUTO)
		why->length -= 2; /* the separator */
}

/* The text that was to be changed cannot be. */
static void
do_without_patches(struct out *why)
{
	out_string(why, "; ");
	if (use_windows(false, why))
		why->length -= 2; /* the separator */
	reason[why->length] = '\0';
}

/* Said of libc, as of an object that is not searched. */
static void
tell_late_choice(void)
{
	static char text[sizeof(reason)];
	struct out out;

	out_init(&out, text, sizeof(text));
	out_string(&out, "probe ");
	out_string(&out, uses == USES_WINDOWS ? "dispatch" : "off");
	out_string(&out, " from here on: ");
	out_string(&out, reason);
	text[out.length] = '\0';
	raw_sites_tell_unsearched(libc_identity()->module->path, text);
}

/* Returns whether it had to be done without. */
static bool
apply_or_do_without(void)
{
	struct out why;

	out_init(&why, reason, sizeof(reason));
	if (apply_patches(&why))
		return false;
	do_without_patches(&why);
	return true;
}

/* Signals wait: a handler that creates something would find text half changed, and pass unobserved. They do not wait for what is said,
   which may take as long as whoever reads it. */
static __attribute__((noinline)) void
apply_pending(void)
{
	const uint64_t all = ~UINT64_C(0);
	uint64_t mask;
	int64_t error = syscall4(__NR_rt_sigprocmask, SIG_BLOCK, (uint64_t)&all, (uint64_t)&mask, sizeof(mask));
	bool has_to_tell = atomic_exchange(&is_pending, false) && apply_or_do_without();

	if (error == 0)
		syscall4(__NR_rt_sigprocmask, SIG_SETMASK, (uint64_t)&mask, 0, sizeof(mask));
	if (has_to_tell)
		tell_late_choice();
}

void
probe_be_ready(void)
{
	if (atomic_load_explicit(&is_pending, memory_order_relaxed))
		apply_pending();
}

static void
install_paths(struct out *why)
{
	if (uses == USES_PATCHES)
		shows_paths = dispatch_init(DISPATCH_PATH, true, why) == 0;
	else if (uses == USES_NOTHING)
		out_string(why, "there is no probe");
}

void
probe_init(enum config_probe wanted, enum config_path path)
{
	bool wants_paths = path == PATH_FULL && sink_wants_paths();
	struct out out;

	out_init(&out, reason, sizeof(reason));
	install(wanted, wants_paths, &out);
	reason[out.length] = '\0';
	out_init(&out, path_reason, sizeof(path_reason));
	if (wants_paths)
		install_paths(&out);
	path_reason[out.length] = '\0';
}

/* As another process has told of it. */
static void
describe_known_site(uint32_t place, struct event_process *event)
{
	const struct cloneshim_trace_libc *known = &libc_identity()->known;
	const struct module *libc = libc_identity()->module;

	event->sites[place].nr = known->sites[place].nr;
	event->sites[place].at = (struct code_location){
		.address = libc->base + known->sites[place].offset,
		.module = libc->path,
		.offset = known->sites[place].offset,
		.symbol = known->sites[place].symbol[0] != '\0' ? known->sites[place].symbol : NULL,
		.symbol_offset = known->sites[place].symbol_offset,
	};
}

/* For the processes that will run on the same libc. */
static void
remember_libc(const struct event_process *event)
{
	struct cloneshim_trace_libc known = {.glibc = libc_identity()->is_glibc, .minor = libc_identity()->minor};

	memcpy(known.name, libc_identity()->name, sizeof(known.name));
	for (; known.site_count < libc_site_count; known.site_count++) {
		const struct code_location *at = &event->sites[known.site_count].at;
		size_t length = at->symbol != NULL ? string_length(at->symbol) : 0;

		if (length >= sizeof(known.sites[0].symbol) || at->offset > UINT32_MAX)
			return;
		known.sites[known.site_count].nr = event->sites[known.site_count].nr;
		known.sites[known.site_count].offset = (uint32_t)at->offset;
		known.sites[known.site_count].symbol_offset = (uint32_t)at->symbol_offset;
		if (length != 0)
			memcpy(known.sites[known.site_count].symbol, at->symbol, length);
	}
	known_objects_remember_libc(libc_identity()->module, &known);
}

static void
describe_sites(struct event_process *event)
{
	raw_sites_describe(event);
	event->site_count = probe_patch_site_count();
	for (uint32_t i = 0; i < event->site_count && i < EVENT_SITES_MAX; i++) {
		if (i < libc_site_count && !is_found) {
			describe_known_site(i, event);
			continue;
		}
		event->sites[i].nr = probe_patch_site(i)->nr;
		modules_locate(probe_patch_site(i)->address, &event->sites[i].at);
	}
	if (is_found && !libc_identity()->is_known)
		remember_libc(event);
}

void
probe_describe(struct event_process *event)
{
	static const char *const names[] = {
		[USES_NOTHING] = "off", [USES_PATCHES] = "patch", [USES_WINDOWS] = "dispatch"};

	event->probe = names[uses];
	event->probe_reason = reason[0] != '\0' ? reason : NULL;
	event->path_is_full = shows_paths;
	event->path_reason = path_reason[0] != '\0' ? path_reason : NULL;
	if (uses == USES_PATCHES)
		describe_sites(event);
}

bool
probe_uses_windows(void)
{
	return uses == USES_WINDOWS;
}

bool
probe_shows_paths(void)
{
	return shows_paths;
}

bool
probe_is_installed(void)
{
	return uses != USES_NOTHING;
}

const char *
probe_not_observed_reason(void)
{
	switch (uses) {
	case USES_PATCHES:
		return "no creation syscall passed an observed site";
	case USES_WINDOWS:
		return "no creation syscall was made in the call";
	default:
		return reason;
	}
}

bool
probe_observes(enum libc_call call)
{
	uint32_t nr = call == CALL_VFORK ? __NR_vfork : EVENT_ANY_NR;

	if (uses == USES_WINDOWS)
		return true;
	if (uses == USES_PATCHES)
		for (uint32_t i = 0; i < libc_site_count; i++)
			if (probe_patch_site(i)->nr == nr)
				return true;
	return false;
}
