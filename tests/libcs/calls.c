/* calls.c: what each call becomes on each libc, call and syscall in their order. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/victim_check.h"
#include "libcs/libc.h"

/* Finds, from `log` on, where the call begins, its syscall inside it, and where it ends. */
static const char *
expect_call(const char *log, const char *begin, const char *syscall, const char *end)
{
	const char *const parts[] = {begin, syscall, end};
	char text[64];
	for (int i = 0; i < 3; i++) {
		snprintf(text, sizeof(text), "%s%s", i == 1 ? "  " : "] ", parts[i]);
		const char *found = strstr(log, text);
		cr_assert_not_null(found, "expected %s, then %s, then %s in\n%s", begin, syscall, end, log);
		log = found + strlen(text);
	}
	return log;
}

ParameterizedTestParameters(calls, become)
{
	static int numbers[8];
	for (size_t i = 0; i < libc_count; i++)
		numbers[i] = (int)i;
	return cr_make_param_array(int, numbers, libc_count);
}

ParameterizedTest(int *number, calls, become, .timeout = 120)
{
	const struct libc *libc = &libcs[*number];
	libc_require(libc);
	char *missing = libc_program_missing(libc, "every_call"), *program = libc_program(libc, "every_call");
	const char *argv[] = {program, NULL};
	struct run run;
	cr_assert_null(missing, "every_call on %s: %s", libc->name, missing);
	libc_run(&run, argv, "text");
	cr_assert_eq(run.status, 0, "%s", run.output);
	const char *log = run.log;
	log = expect_call(log, "pthread_create(", libc->thread, "pthread_create returned 0");
	log = expect_call(log, "thrd_create(", libc->thread, "thrd_create returned thrd_success");
	log = expect_call(log, "fork()", libc->process, "fork returned ");
	log = expect_call(log, "vfork()", "vfork() ", "vfork: result not observed");
	expect_call(log, "clone(fn=", "clone(child_stack=0x", "clone returned ");
	expect_matches(run.log, 1, "pthread_create returned 0 .*: thread [0-9]+ on .*mapped by libc");
	run_free(&run);
	free(program);
}
