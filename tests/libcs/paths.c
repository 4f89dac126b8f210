/* paths.c: the path of a call, as CLONESHIM_PATH=full shows it on each libc, is what strace shows there. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/path_check.h"
#include "libcs/libc.h"

struct pair {
	int libc, call;
};

ParameterizedTestParameters(paths, same_as_strace)
{
	static struct pair pairs[64];
	size_t count = 0;

	for (size_t libc = 0; libc < libc_count; libc++)
		for (int call = 0; path_check_calls[call]; call++)
			pairs[count++] = (struct pair){(int)libc, call};
	return cr_make_param_array(struct pair, pairs, count);
}

ParameterizedTest(struct pair *pair, paths, same_as_strace, .timeout = 120)
{
	const struct libc *libc = &libcs[pair->libc];
	const char *call = path_check_calls[pair->call];
	char *program, *missing;

	libc_require(libc);
	program = libc_program(libc, "path_calls");
	missing = libc_program_missing(libc, "path_calls");
	cr_assert_null(missing, "path_calls on %s: %s", libc->name, missing);
	printf("libcs: path of %s on %s: %zu system calls compared\n", call, libc->name, path_check(program, call));
	free(program);
}
