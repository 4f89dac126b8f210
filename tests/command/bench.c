/* bench.c: `make bench` and `make bench-call` run through and print their tables. No time is asserted: only that there is one. */
#include <criterion/criterion.h>

#include "command/script.h"

#define BENCH "python3 -B " RUN_SOURCE_DIRECTORY "/tests/bench/"

static void
run_script(struct run *run, const char *script)
{
	struct place place = script_place();

	script_run(run, &place, script);
	cr_expect_eq(run->status, 0, "%s\n%s%s", script, run->output, run->errors);
	script_place_remove(&place);
}

static void
expect_lines(const struct run *run, size_t count, const char *pattern)
{
	size_t found = run_count_matches(run->output, pattern);

	cr_expect_eq(found, count, "%zu instead of %zu lines match %s:\n%s", found, count, pattern, run->output);
}

#define RATIO "[0-9]+\\.[0-9]+ \\[[0-9.]+ [0-9.]+\\]"

Test(bench, measures_by_the_program_and_by_the_whole, .timeout = 60)
{
	struct run run = {0};

	run_script(&run, BENCH
		   "bench.py " RUN_BUILD_DIRECTORY " --seconds 0.1 --scale 0.02 --workload pthread --workload shell"
		   " --variant empty --variant 'cloneshim, trace' --json t --markdown - && python3 -m json.tool t");
	expect_lines(&run, 2, "^  empty preload +" RATIO " +[0-9]+$");
	expect_lines(&run, 2, "^  cloneshim, trace +" RATIO " +" RATIO " +[0-9]+$");
	expect_lines(&run, 1,
		     "^\\| workload \\| bare \\| empty preload \\| cloneshim, trace \\| … to the empty preload \\|$");
	expect_lines(&run, 2, "^\\| (pthread|shell) .* \\| [0-9.]+ (s|ms|µs|ns)( \\| [0-9.]+){3} \\|$");
	expect_lines(&run, 2, "\"to_empty\": \\{");
	run_free(&run);
}

/* What does nothing is the fastest of all tracers. */
Test(bench, leaves_out_a_tracer_that_traces_nothing, .timeout = 60)
{
	struct run run = {0};

	run_script(&run,
		   "printf '#!/bin/sh\\nshift 5; exec \"$@\"\\n' >ltrace && chmod +x ltrace && PATH=$PWD:$PATH " BENCH
		   "bench.py " RUN_BUILD_DIRECTORY " --seconds 0.1 --scale 0.02 --workload pthread --variant ltrace");
	expect_lines(&run, 1, "^missing: ltrace: it runs here, but shows nothing of the threads that were created$");
	expect_lines(&run, 0, "^  ltrace");
	run_free(&run);
}

Test(bench, measures_one_call, .timeout = 60)
{
	struct run run = {0};

	run_script(&run, BENCH "bench_call.py " RUN_BUILD_DIRECTORY " --seconds 0.1 --calls 50 --no-instructions");
	expect_lines(&run, 2, "^    trace +-?[0-9]+ \\[-?[0-9]+ -?[0-9]+\\] +-?[0-9]+ ");
	expect_lines(&run, 8, "^  [1248] (threads|processes) +[0-9]+ \\[[0-9]+ [0-9]+\\] +[0-9]+ \\[");
	run_free(&run);
}
