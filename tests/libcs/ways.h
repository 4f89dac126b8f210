/* ways.h: how the programs of tests/system are run on other libcs, where starting them is not all. One table. */
#ifndef LIBCS_WAYS_H
#define LIBCS_WAYS_H

#include <stdbool.h>
#include <stddef.h>

struct way {
	const char *program;
	const char *arguments[2]; /* "bin:NAME" is the path of what was built as NAME for the same libc */
	const char *libc;         /* only there; NULL: on each */
	const char *skipped;      /* why it is not run; NULL: it is */
	const char *may_miss;     /* why the shim's log may lack what strace shows; NULL: it may not */
	const char *uncompared;   /* why it is not run under strace; NULL: it is */
	bool any_order;     /* a signal handler's line may come before the one of the syscall that it interrupted */
	bool errors_differ; /* the shim says on standard error what it lost */
};

extern const struct way ways[];
extern const size_t way_count;

#endif
