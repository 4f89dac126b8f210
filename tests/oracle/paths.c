/* paths.c: the path of a call, as CLONESHIM_PATH=full shows it, is what strace shows; tests/libcs/paths.c asks it of other libcs. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>

#include "harness/path_check.h"
#include "harness/run.h"

/* The parameter is a place in the table: pointers do not survive the way into Criterion's worker. */
ParameterizedTestParameters(paths, same_as_strace)
{
	static int places[8];
	size_t count = 0;

	for (; path_check_calls[count]; count++)
		places[count] = (int)count;
	return cr_make_param_array(int, places, count);
}

ParameterizedTest(int *place, paths, same_as_strace, .timeout = 120)
{
	const char *call = path_check_calls[*place];

	printf("oracle: path of %s: %zu system calls compared\n", call, path_check(run_victim("path_calls"), call));
}
