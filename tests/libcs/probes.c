/* probes.c: on each libc the two probes show the same creation syscalls of the same program. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdlib.h>
#include <string.h>

#include "harness/masked.h"
#include "harness/victim_check.h"
#include "libcs/libc.h"

static const char *const programs[] = {"creates_threads", "fork_nested_deeply", "shell_calls", "every_call"};

enum { PROGRAMS = sizeof(programs) / sizeof(programs[0]) };

struct pair {
	int libc, program;
};

ParameterizedTestParameters(probes, agree)
{
	static struct pair pairs[64];
	size_t count = 0;

	for (size_t libc = 0; libc < libc_count; libc++)
		for (int program = 0; program < PROGRAMS && strcmp(libcs[libc].name, "host") != 0; program++)
			pairs[count++] = (struct pair){(int)libc, program};
	return cr_make_param_array(struct pair, pairs, count);
}

/* shell_calls on musl, whose fputs(3) and wordexp(3) answer otherwise than glibc's. */
static void
skip_where_it_fails_bare(const struct libc *libc, const char *program)
{
	struct run bare;

	libc_run(&bare, (const char *[]){program, NULL}, NULL);
	if (bare.status != 0)
		cr_skip_test("%s on %s: it ends with status %d without the shim, too: %s", program, libc->name,
			     bare.status, bare.output);
	run_free(&bare);
}

/* Its log in strace's format, numbers masked; the process line says that it is this probe. */
static char *
shown_by(const char *const environment[], const char *probe, const char *program)
{
	const char *argv[] = {program, NULL};
	struct run run = {.argv = argv, .format = "text", .environment = environment};
	char *shown;

	cr_assert_eq(run_program(&run), 0);
	expect_some_match(run.log, "process: .*, probe %s", probe);
	run_free(&run);
	run = (struct run){.argv = argv, .format = "strace", .environment = environment};
	cr_assert_eq(run_program(&run), 0);
	cr_assert_eq(run.status, 0, "%s", run.output);
	shown = masked_numbers(run.log);
	run_free(&run);
	return shown;
}

ParameterizedTest(struct pair *pair, probes, agree, .timeout = 120)
{
	static const char *const by_patch[] = {"CLONESHIM_PROBE=patch", NULL};
	static const char *const by_dispatch[] = {"CLONESHIM_PROBE=dispatch", NULL};
	const struct libc *libc = &libcs[pair->libc];
	const char *name = programs[pair->program];
	char *program, *missing, *expected, *found;

	libc_require(libc);
	program = libc_program(libc, name);
	missing = libc_program_missing(libc, name);
	if (missing)
		cr_skip_test("%s on %s: does not compile: %s", name, libc->name, missing);
	skip_where_it_fails_bare(libc, program);
	expected = shown_by(by_patch, "patch", program);
	found = shown_by(by_dispatch, "dispatch", program);
	cr_assert(*expected != '\0');
	cr_assert_str_eq(found, expected, "%s on %s: dispatch:\n%s\npatch:\n%s", name, libc->name, found, expected);
	free(expected);
	free(found);
	free(program);
}
