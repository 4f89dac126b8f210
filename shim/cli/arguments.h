/* arguments.h: options and arguments that several subcommands have. */
#ifndef CLI_ARGUMENTS_H
#define CLI_ARGUMENTS_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

/* "7": a decimal number from `least` to `most`, nothing around it. */
bool argument_number(const char *text, long least, long most, long *number);

/* "1.5", "200ms", "3s", "2m": a time that is not negative; without a unit in seconds. */
bool argument_time(const char *text, uint64_t *ns);

#define ARGUMENT_TIME_EXPECTED "expected a time, such as 1.5, 200ms or 3s (ns, us, ms, s, m; seconds without a unit)"

/* For the parser of a subcommand whose one argument is a trace: what is left to take when its own options are known. Sets *path, or
   ends cloneshim with a line that says what is expected. */
error_t argument_trace(int key, const char *value, struct argp_state *state, const char **path);

#endif
