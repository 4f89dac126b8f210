/* output.c: see output.h. */
#include "cli/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int error; /* of the first write that failed */

bool
output_goes_on(void)
{
	if (error == 0 && ferror(stdout))
		error = errno != 0 ? errno : EIO;
	return error == 0;
}

/* Whose SIGPIPE is not ignored ends by it, as any other filter. */
int
output_finish(void)
{
	if (fflush(stdout) != 0 && error == 0)
		error = errno;
	if (error == 0 || error == EPIPE)
		return 0;
	fprintf(stderr, "cloneshim: standard output: %s\n", strerror(error));
	return 1;
}
