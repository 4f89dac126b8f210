/* summary_json.c: a summary as one JSON object; see summary_print.h. Its members are documented in docs/cloneshim.1. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "cli/json_value.h"
#include "cli/summary_print.h"
#include "decode/names.h"

static json_t *
hexadecimal(uint64_t value)
{
	return json_sprintf("0x%" PRIx64, value);
}

static json_t *
errors_object(const struct summary_errors *errors)
{
	json_t *object = json_object();

	for (uint32_t i = 0; i < errors->count; i++)
		json_object_set_new(object, errors->each[i].name, json_value_number(errors->each[i].count));
	return object;
}

static json_t *
durations_object(struct durations *durations)
{
	if (durations->count == 0)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "count", json_value_number(durations->count), "sum_ns",
			 json_value_number(durations->sum_ns), "min_ns", json_value_number(durations->least_ns),
			 "median_ns", json_value_number(durations_percentile(durations, 50)), "p99_ns",
			 json_value_number(durations_percentile(durations, 99)), "max_ns",
			 json_value_number(durations->longest_ns), "exact", durations_are_exact(durations));
}

static json_t *
stacks_object(const struct summary_figures *figures)
{
	if (figures->stack_count == 0)
		return json_null();
	return json_pack("{s:o, s:o}", "count", json_value_number(figures->stack_count), "bytes",
			 json_value_number(figures->stack_bytes));
}

static void
add_figures(json_t *object, struct summary_figures *figures)
{
	json_object_set_new(object, "calls", json_value_number(figures->calls));
	json_object_set_new(object, "unfinished", json_value_number(figures->unfinished));
	json_object_set_new(object, "syscalls", json_value_number(figures->syscalls));
	json_object_set_new(object, "injected", json_value_number(figures->injected));
	json_object_set_new(object, "errors", errors_object(&figures->call_errors));
	json_object_set_new(object, "syscall_errors", errors_object(&figures->syscall_errors));
	json_object_set_new(object, "call_time", durations_object(&figures->in_call));
	json_object_set_new(object, "kernel_time", durations_object(&figures->in_kernel));
	json_object_set_new(object, "stacks", stacks_object(figures));
}

static json_t *
syscall_name(uint32_t nr)
{
	return json_value_text(names_creation_syscall(nr));
}

static json_t *
path_array(const struct summary_path *path)
{
	json_t *array;

	if (path->not_observed || (path->not_recorded && path->count == 0))
		return json_null();
	array = json_array();
	for (uint32_t i = 0; i < path->count; i++) {
		const struct summary_step *step = &path->steps[i];

		json_array_append_new(array, step->is_call
						     ? json_pack("{s:s, s:i}", "call",
								 libc_call_info((enum libc_call)step->what)->name,
								 "times", (int)step->times)
						     : json_pack("{s:o, s:i, s:i}", "syscall", syscall_name(step->what),
								 "nr", (int)step->what, "times", (int)step->times));
	}
	return array;
}

static json_t *
caller_object(const struct summary_row *row)
{
	const struct code_location *caller = &row->caller;
	const struct source_frame *source = &row->source;

	if (!row->caller_known)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "address", hexadecimal(caller->address), "module",
			 json_value_text(caller->module), "offset",
			 caller->module != NULL ? hexadecimal(caller->offset) : json_null(), "function",
			 json_value_text(source->function != NULL ? source->function : caller->symbol), "file",
			 json_value_text(source->file), "line",
			 source->line > 0 ? json_integer(source->line) : json_null());
}

static json_t *
row_object(const struct summary *summary, struct summary_row *row)
{
	static const char *const kinds[] = {[SUMMARY_CALL] = "call",
					    [SUMMARY_ORPHAN] = "raw",
					    [SUMMARY_HELPER] = "helper",
					    [SUMMARY_UNRECORDED] = "not recorded"};
	bool has_call = row->kind == SUMMARY_CALL || row->kind == SUMMARY_HELPER;
	json_t *object = json_pack("{s:s, s:o, s:o, s:b}", "kind", kinds[row->kind], "api",
				   has_call ? json_value_text(libc_call_info(row->call)->name) : json_null(), "path",
				   path_array(&row->path), "path_cut", row->path.is_cut);

	if (summary->by == SUMMARY_BY_PATH)
		json_object_set_new(object, "signature", json_value_text(row->signature));
	if (summary->by == SUMMARY_BY_CALLER)
		json_object_set_new(object, "caller", caller_object(row));
	add_figures(object, &row->figures);
	return object;
}

static json_t *
programs_array(const struct summary *summary)
{
	json_t *array = json_array();

	for (size_t i = 0; i < summary->program_count; i++)
		json_array_append_new(array, json_pack("{s:o, s:o}", "exe", json_value_text(summary->programs[i].exe),
						       "count", json_value_number(summary->programs[i].count)));
	return array;
}

static json_t *
syscalls_array(const struct summary *summary)
{
	json_t *array = json_array();

	for (size_t i = 0; i < summary->syscall_count; i++) {
		const struct summary_syscall *syscall = &summary->syscalls[i];

		json_array_append_new(array,
				      json_pack("{s:o, s:i, s:o, s:o, s:o}", "name", syscall_name(syscall->nr), "nr",
						(int)syscall->nr, "count", json_value_number(syscall->count),
						"injected", json_value_number(syscall->injected), "errors",
						errors_object(&syscall->errors)));
	}
	return array;
}

static const char *const names_of_by[] = {
	[SUMMARY_BY_API] = "api", [SUMMARY_BY_CALLER] = "caller", [SUMMARY_BY_PATH] = "path"};

static json_t *
summary_object(struct summary *summary)
{
	json_t *rows = json_array(), *total = json_object();

	for (size_t i = 0; i < summary->row_count; i++)
		json_array_append_new(rows, row_object(summary, summary->rows[i]));
	add_figures(total, &summary->total);
	return json_pack(
		"{s:i, s:s, s:s, s:o, s:o, s:o, s:{s:o, s:o, s:o}, s:{s:o, s:o, s:o, s:o, s:b}, s:o, s:o, s:o}",
		"schema", 1, "type", "summary", "by", names_of_by[summary->by], "programs", programs_array(summary),
		"start_ns", summary->first_ns != 0 ? json_value_number(summary->first_ns) : json_null(), "duration_ns",
		json_value_number(summary->last_ns - summary->first_ns), "tasks", "threads",
		json_value_number(summary->threads_made), "processes", json_value_number(summary->processes_made),
		"unknown", json_value_number(summary->other_tasks_made), "damage", "lost",
		json_value_number(summary->damage.lost), "unfinished", json_value_number(summary->damage.unfinished),
		"damaged", json_value_number(summary->damage.damaged), "missing",
		json_value_number(summary->damage.missing), "header", summary->damage.header, "rows", rows, "total",
		total, "syscalls", syscalls_array(summary));
}

bool
summary_print_json(struct summary *summary)
{
	json_t *object = summary_object(summary);
	bool is_written = object != NULL && json_dumpf(object, stdout, JSON_INDENT(2)) == 0;

	json_decref(object);
	printf("\n");
	return is_written && fflush(stdout) == 0;
}
