/* loaders.c: ways into a program other than the kernel's own: the loader started by hand, an environment that was moved. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/victim_check.h"
#include "libcs/libc.h"

static void
expect_process_line(const struct libc *libc, const struct run *run, const char *program)
{
	cr_assert_eq(run->status, 0, "%s: status %d\n%s%s", libc->name, run->status, run->output, run->errors);
	expect_some_match(run->log, "^\\[[0-9]+\\] process: thrd_create \\(%s\\), %s, probe patch: ", program,
			  libc_expected_identity(libc));
	expect_some_match(run->log, "\\] thrd_create\\(.*\\) called from main\\+.* \\(thrd_create\\+0x");
	expect_some_match(run->log, "\\] thrd_create returned thrd_success .*: thread [0-9]+ on ");
}

static struct criterion_test_params
each_libc(void)
{
	static int numbers[8];
	for (size_t i = 0; i < libc_count; i++)
		numbers[i] = (int)i;
	return cr_make_param_array(int, numbers, libc_count);
}

ParameterizedTestParameters(loaders, started_by_hand)
{
	return each_libc();
}

/* "ld.so PROGRAM": the kernel takes the loader for the program, and the program's arguments stand behind the loader's own. How many
   of these there are makes a difference to where glibc before 2.34 leaves the stack pointer. */
ParameterizedTest(int *number, loaders, started_by_hand, .timeout = 120)
{
	const struct libc *libc = &libcs[*number];
	libc_require(libc);
	char *loader = libc_loader(libc), *program = libc_program(libc, "thrd_create");
	char *object = libc_object(libc, 0), *folder = dirname(object);
	const char *const glibc_option[] = {loader, "--inhibit-cache", program, NULL};
	const char *const musl_option[] = {loader, "--", program, NULL};
	const char *const no_option[] = {loader, program, NULL};
	const char *const with_value[] = {loader, "--library-path", folder, program, NULL};
	const char *const *commands[] = {no_option, strcmp(libc->name, "musl") == 0 ? musl_option : glibc_option,
					 with_value};
	for (size_t i = 0; i < 3; i++) {
		struct run run;
		libc_run(&run, commands[i], "text");
		expect_process_line(libc, &run, program);
		run_free(&run);
	}
	free(loader);
	free(program);
	free(object);
}

ParameterizedTestParameters(loaders, environment_moved)
{
	return each_libc();
}

ParameterizedTest(int *number, loaders, environment_moved, .timeout = 120)
{
	const struct libc *libc = &libcs[*number];
	libc_require(libc);
	char *preload = libc_program(libc, "moves_environment.so"), *program = libc_program(libc, "thrd_create");
	const char *argv[] = {program, NULL};
	struct run run = {.argv = argv, .format = "text", .preload_before = preload};
	cr_assert_eq(run_program(&run), 0);
	expect_process_line(libc, &run, program);
	run_free(&run);
	free(preload);
	free(program);
}
