/* record_places.c: see record_places.h. */
#include "cli/record_places.h"

#include "cli/record_form.h"

static const char *
keep_next(struct places *places, struct trace_strings *strings)
{
	uint32_t length, flags;
	const char *bytes = trace_strings_next(strings, &length, &flags);

	return bytes != NULL ? places_keep_string(places, bytes, length) : NULL;
}

static void
collect_process(struct places *places, const struct trace_entry *entry)
{
	struct cloneshim_trace_process fixed;

	RECORD_FIXED(entry, fixed);
	if (fixed.kind == CLONESHIM_TRACE_COPIED && fixed.record.memory == entry->slot)
		places_add_memory(places, fixed.record.memory, fixed.copied_memory);
}

static void
collect_module(struct places *places, const struct trace_entry *entry)
{
	struct cloneshim_trace_module fixed;
	struct trace_strings strings;
	struct trace_module module;
	const char *build_id;
	uint32_t flags;

	RECORD_FIXED(entry, fixed);
	trace_strings_start(&strings, entry);
	module = (struct trace_module){.base = fixed.base,
				       .start = fixed.start,
				       .end = fixed.end,
				       .memory = fixed.record.memory,
				       .slot = entry->slot,
				       .time_ns = fixed.time_ns};
	module.path = keep_next(places, &strings);
	build_id = trace_strings_next(&strings, &module.build_id_length, &flags);
	if (build_id != NULL)
		module.build_id = (const uint8_t *)places_keep_string(places, build_id, module.build_id_length);
	places_add_module(places, &module);
}

static void
collect_location(struct places *places, const struct trace_entry *entry)
{
	struct cloneshim_trace_location fixed;
	struct code_location location;
	struct trace_strings strings;

	RECORD_FIXED(entry, fixed);
	trace_strings_start(&strings, entry);
	location = (struct code_location){.address = fixed.address};
	location.module = keep_next(places, &strings);
	location.symbol = keep_next(places, &strings);
	if (location.module != NULL)
		location.offset = fixed.offset;
	if (location.symbol != NULL)
		location.symbol_offset = fixed.symbol_offset;
	places_add_location(places, fixed.record.memory, entry->slot, &location);
}

void
record_places_collect(struct places *places, struct trace_reader *reader)
{
	struct trace_entry entry;

	while (trace_reader_next(reader, &entry)) {
		if (!record_is_known(entry.kind) || !record_is_long_enough(&entry))
			continue;
		if (entry.kind == CLONESHIM_TRACE_PROCESS)
			collect_process(places, &entry);
		else if (entry.kind == CLONESHIM_TRACE_MODULE)
			collect_module(places, &entry);
		else if (entry.kind == CLONESHIM_TRACE_LOCATION)
			collect_location(places, &entry);
	}
	places_seal(places);
	trace_reader_rewind(reader);
}
