/* stack_use.c: what the shim needs of the caller's stack stays below the bound that CONTRIBUTING.md states; with full paths, a signal's
   frame comes on top. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "harness/run.h"

enum { BOUND = 4096 };

static const char *const kinds[] = {"pthread_create", "fork", "vfork", "posix_spawn", "execv"};

/* `format` as for struct run; `trace`: the path to record at, or NULL. */
static long
used(const char *kind, const char *format, const char *trace, bool is_full)
{
	const char *const argv[] = {run_victim("stack_used"), kind, NULL};
	char preload[1100], record[1100];
	const char *environment[] = {trace != NULL ? preload : "CLONESHIM_UNUSED", record,
				     is_full ? "CLONESHIM_PATH=full" : NULL, NULL};
	struct run run = {.argv = argv, .environment = environment, .format = format};
	long bytes = 0;

	snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", run_shim_path());
	snprintf(record, sizeof(record), "CLONESHIM_%s%s", trace != NULL ? "TRACE=" : "UNUSED",
		 trace != NULL ? trace : "");

	cr_assert_eq(run_program(&run), 0);
	cr_assert_eq(sscanf(run.output, "used %ld", &bytes), 1, "%s%s", run.output, run.errors);
	run_free(&run);
	return bytes;
}

/* The parameter is a place in the table: pointers do not survive the way into Criterion's worker. */
ParameterizedTestParameters(stack_use, stays_below_the_bound)
{
	static int places[] = {0, 1, 2, 3, 4};

	return cr_make_param_array(int, places, sizeof(places) / sizeof(places[0]));
}

ParameterizedTest(int *place, stack_use, stays_below_the_bound, .timeout = 60)
{
	const char *kind = kinds[*place];
	char *directory = run_scratch(), *path = run_join_path(directory, "trace");
	long bare = used(kind, NULL, NULL, false), text = used(kind, "text", NULL, false),
	     strace = used(kind, "strace", NULL, false), trace = used(kind, NULL, path, false);
	long again = used(kind, NULL, path, false); /* libc's sites are known, but not found, at its start */
	long full = used(kind, "text", NULL, true), frame = (long)getauxval(AT_MINSIGSTKSZ);

	cr_expect_leq(text - bare, BOUND, "%s: %ld bytes bare, %ld in text format", kind, bare, text);
	cr_expect_leq(full - bare, BOUND + frame, "%s: %ld bytes bare, %ld with full paths", kind, bare, full);
	cr_expect_leq(strace - bare, BOUND, "%s: %ld bytes bare, %ld in strace format", kind, bare, strace);
	cr_expect_leq(trace - bare, BOUND, "%s: %ld bytes bare, %ld into a trace", kind, bare, trace);
	cr_expect_leq(again - bare, BOUND, "%s: %ld bytes bare, %ld into the same trace", kind, bare, again);
	cr_expect_eq(access(path, F_OK), 0, "%s was recorded", kind);
	run_scratch_remove(directory);
	free(path);
}
