/* trace_places.c: see trace_places.h. Hot path, but for trace_places_tell_modules(). */
#include "preload/trace_places.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "decode/strings.h"
#include "preload/clock.h"
#include "preload/modules.h"
#include "preload/sink_trace.h"
#include "preload/trace_record.h"

/* The addresses that have been told: open addressing. One that finds no place near its own is told every time. A copy of
   the process inherits the table, and its reader what the table stands for. */
#define PLACES 512
#define PROBES 8

static _Atomic uint64_t told[PLACES];

/* The same for later objects, by their load addresses. */
#define LATER_MODULES 64

static _Atomic uint64_t told_modules[LATER_MODULES];

/* True: it is new here. */
static bool
remember(uint64_t address)
{
	uint64_t at = address * UINT64_C(0x9e3779b97f4a7c15) >> 55;

	_Static_assert(PLACES == 1 << 9, "a place is the first nine bits of the product");
	for (uint64_t i = 0; i < PROBES; i++) {
		_Atomic uint64_t *place = &told[(at + i) % PLACES];
		uint64_t found = atomic_load_explicit(place, memory_order_relaxed);

		if (found == address)
			return false;
		if (found == 0 && atomic_compare_exchange_strong(place, &found, address))
			return true;
		if (found == address)
			return false;
	}
	return true;
}

static void
put_optional(struct trace_record *record, const char *string)
{
	if (string != NULL)
		trace_record_put_string(record, string, string_length(string), 0);
	else
		trace_record_put_string(record, NULL, 0, CLONESHIM_TRACE_STRING_ABSENT);
}

struct module_record {
	struct cloneshim_trace_module fixed;
	const char *path;
	const uint8_t *build_id;
	uint32_t build_id_length;
};

static void
put_module(struct trace_record *record, const struct module_record *module)
{
	trace_record_put(record, &module->fixed, sizeof(module->fixed));
	put_optional(record, module->path);
	trace_record_put_string(record, (const char *)module->build_id, module->build_id_length,
				module->build_id == NULL ? CLONESHIM_TRACE_STRING_ABSENT : 0);
}

static void
tell_module(const struct event_head *head, uint64_t time_ns, struct module_record *module)
{
	struct trace_record record;

	module->fixed.record = sink_trace_record(head, sizeof(module->fixed), 2);
	module->fixed.time_ns = time_ns;
	trace_record_measure(&record);
	put_module(&record, module);
	if (!trace_record_reserve(&record))
		return;
	put_module(&record, module);
	trace_record_commit(&record, CLONESHIM_TRACE_MODULE);
}

void
trace_places_tell_modules(const struct event_head *head, uint64_t time_ns)
{
	const struct module *module;

	for (size_t place = 0; (module = modules_at(place)) != NULL; place++) {
		struct module_record record = {.path = module->path};

		record.fixed.base = module->base;
		record.fixed.start = module->start;
		record.fixed.end = module->end;
		record.build_id = module_build_id(module, &record.build_id_length);
		tell_module(head, time_ns, &record);
	}
}

static bool
is_told_module(uint64_t base)
{
	for (size_t i = 0; i < LATER_MODULES; i++) {
		uint64_t found = atomic_load_explicit(&told_modules[i], memory_order_relaxed);

		if (found == 0 && atomic_compare_exchange_strong(&told_modules[i], &found, base))
			return false;
		if (found == base)
			return true;
	}
	return false;
}

/* An object that was loaded later: its build-id is copied, since it may be on its way out. */
static void
tell_later_module(const struct event_head *head, const struct code_location *location)
{
	uint8_t build_id[MODULE_BUILD_ID_MAX];
	struct module_record record = {.path = location->module};

	record.fixed.base = location->address - location->offset;
	if (is_told_module(record.fixed.base) ||
	    !modules_later_span(location->address, &record.fixed.start, &record.fixed.end, build_id,
				&record.build_id_length))
		return;
	record.build_id = record.build_id_length != 0 ? build_id : NULL;
	tell_module(head, clock_now_ns(), &record);
}

static void
put_location(struct trace_record *record, const struct cloneshim_trace_location *fixed,
	     const struct code_location *location)
{
	trace_record_put(record, fixed, sizeof(*fixed));
	put_optional(record, location->module);
	put_optional(record, location->symbol);
}

static void
tell_location(const struct event_head *head, const struct code_location *location)
{
	struct cloneshim_trace_location fixed = {.record = sink_trace_record(head, sizeof(fixed), 2),
						 .address = location->address,
						 .offset = location->offset,
						 .symbol_offset = location->symbol_offset};
	struct trace_record record;

	trace_record_measure(&record);
	put_location(&record, &fixed, location);
	if (!trace_record_reserve(&record))
		return;
	put_location(&record, &fixed, location);
	trace_record_commit(&record, CLONESHIM_TRACE_LOCATION);
}

void
trace_places_forget_later(void)
{
	for (size_t i = 0; i < PLACES; i++) {
		uint64_t address = atomic_load_explicit(&told[i], memory_order_relaxed);

		if (address != 0 && modules_find(address) == NULL)
			atomic_store_explicit(&told[i], 0, memory_order_relaxed);
	}
	for (size_t i = 0; i < LATER_MODULES; i++)
		atomic_store_explicit(&told_modules[i], 0, memory_order_relaxed);
}

static void
tell(const struct code_location *location, const struct event_head *head)
{
	if (location->module != NULL && modules_find(location->address) == NULL)
		tell_later_module(head, location);
	tell_location(head, location);
}

void
trace_places_tell(uint64_t address, const struct event_head *head)
{
	struct code_location location;

	if (address == 0 || !remember(address))
		return;
	modules_locate(address, &location);
	tell(&location, head);
}

void
trace_places_tell_location(const struct code_location *location, const struct event_head *head)
{
	if (location->address != 0 && remember(location->address))
		tell(location, head);
}
