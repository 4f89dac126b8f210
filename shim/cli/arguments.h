/* arguments.h: values of options that several subcommands have. */
#ifndef CLI_ARGUMENTS_H
#define CLI_ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>

/* "7": a decimal number from `least` to `most`, nothing around it. */
bool argument_number(const char *text, long least, long most, long *number);

/* "1.5", "200ms", "3s", "2m": a time that is not negative; without a unit in seconds. */
bool argument_time(const char *text, uint64_t *ns);

#define ARGUMENT_TIME_EXPECTED "expected a time, such as 1.5, 200ms or 3s (ns, us, ms, s, m; seconds without a unit)"

#endif
