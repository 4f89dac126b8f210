/* compare_json.c: calls side by side as one JSON object; see compare.h. Its members are documented in docs/cloneshim.1. */
#include <jansson.h>
#include <stdio.h>

#include "cli/compare.h"
#include "cli/json_value.h"

static const char *const groups[COMPARE_GROUP_COUNT] = {
	[COMPARE_CALLS] = "calls", [COMPARE_PATH] = "path",   [COMPARE_FLAGS] = "flags",
	[COMPARE_TASK] = "task",   [COMPARE_TIMES] = "times", [COMPARE_FAILURES] = "failures",
};

static json_t *
median(struct durations *durations)
{
	return durations->count > 0 ? json_value_number(durations_percentile(durations, 50)) : json_null();
}

static json_t *
trace_object(const struct compare_trace *trace)
{
	const struct summary *summary = trace->summary;
	json_t *programs = json_array();

	for (size_t i = 0; i < summary->program_count; i++)
		json_array_append_new(programs, json_value_text(summary->programs[i].exe));
	return json_pack("{s:o, s:o, s:o, s:o, s:b, s:b}", "trace", json_value_text(trace->path), "label",
			 json_value_text(trace->label), "programs", programs, "libc", json_value_text(summary->libc),
			 "other_libcs", summary->has_libcs, "full_paths",
			 summary->has_full_paths && !summary->has_creation_paths);
}

static json_t *
column_object(const struct compare_column *column)
{
	struct summary_figures *figures = &column->row->figures;

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "trace", json_value_text(column->trace->label),
			 "call", json_value_text(column->call), "calls", json_value_number(column->calls),
			 "other_calls", json_value_number(column->other_calls), "other_paths",
			 json_value_number(column->other_paths), "signature", json_value_text(column->row->signature),
			 "call_median_ns", median(&figures->in_call), "kernel_median_ns", median(&figures->in_kernel));
}

/* What was not observed is null. */
static json_t *
row_object(const struct compare_section *section, const struct compare_row *row)
{
	json_t *cells = json_array();

	for (size_t c = 0; c < section->count; c++)
		json_array_append_new(cells,
				      row->cells[c].is_known ? json_value_text(row->cells[c].text) : json_null());
	return json_pack("{s:s, s:o, s:o, s:o, s:o}", "group", groups[row->group], "name", json_value_text(row->name),
			 "meaning", row->meaning[0] != '\0' ? json_value_text(row->meaning) : json_null(), "cells",
			 cells, "differs", row->is_compared ? json_boolean(row->differs) : json_null());
}

static json_t *
section_object(const struct compare_section *section, const struct compare_style *style)
{
	json_t *columns = json_array(), *rows = json_array();

	for (size_t c = 0; c < section->count; c++)
		json_array_append_new(columns, column_object(&section->columns[c]));
	for (size_t r = 0; section->count > 1 && r < section->row_count; r++)
		if (!style->only_differences || (section->rows[r].is_compared && !section->rows[r].is_equal))
			json_array_append_new(rows, row_object(section, &section->rows[r]));
	return json_pack("{s:o, s:o, s:o}", "differs",
			 section->count > 1 ? json_boolean(section->differs) : json_null(), "columns", columns, "rows",
			 rows);
}

bool
compare_print_json(const struct comparison *comparison, const struct compare_style *style)
{
	json_t *traces = json_array(), *sections = json_array(), *object;
	bool is_written;

	for (size_t t = 0; t < comparison->trace_count; t++)
		json_array_append_new(traces, trace_object(&comparison->traces[t]));
	for (size_t i = 0; i < comparison->section_count; i++)
		json_array_append_new(sections, section_object(&comparison->sections[i], style));
	object = json_pack("{s:i, s:s, s:o, s:o}", "schema", 1, "type", "comparison", "traces", traces, "sections",
			   sections);
	is_written = object != NULL && json_dumpf(object, stdout, JSON_INDENT(2)) == 0;
	json_decref(object);
	printf("\n");
	return is_written;
}
