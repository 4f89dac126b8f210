/* become.c: what each call becomes on each libc: the table of the README, row by row, from what the shim observes. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/victim_check.h"
#include "libcs/libc.h"

#define THREAD                                                                                                     \
	"CLONE_VM\\|CLONE_FS\\|CLONE_FILES\\|CLONE_SIGHAND\\|CLONE_THREAD\\|CLONE_SYSVSEM\\|CLONE_SETTLS\\|CLONE_" \
	"PARENT_SETTID\\|"                                                                                         \
	"CLONE_CHILD_CLEARTID"
#define COPY "clone\\(child_stack=NULL, flags=CLONE_CHILD_CLEARTID\\|CLONE_CHILD_SETTID\\|SIGCHLD, "
#define BORROWS "CLONE_VM\\|CLONE_VFORK"

/* The four that the README names, and the order of the columns below. */
static const char *const columns[] = {"glibc 2.31", "glibc 2.36", "glibc 2.41", "musl 1.2.3"};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

/* How the first syscall of the call begins. */
#define A_THREAD                                                                                         \
	{                                                                                                \
		"clone\\(child_stack=0x[0-9a-f]+, flags=" THREAD ", ", "clone3\\(\\{flags=" THREAD ", ", \
			"clone3\\(\\{flags=" THREAD ", ",                                                \
			"clone\\(child_stack=0x[0-9a-f]+, flags=" THREAD "\\|0x400000, "                 \
	}
#define A_COPY                                   \
	{                                        \
		COPY, COPY, COPY, "fork\\(\\) +" \
	}
#define A_SPAWN                                                                                               \
	{                                                                                                     \
		"clone\\(child_stack=0x[0-9a-f]+, flags=" BORROWS "\\|SIGCHLD\\)",                            \
			"clone3\\(\\{flags=" BORROWS ", exit_signal=SIGCHLD, stack=0x",                       \
			"clone3\\(\\{flags=" BORROWS "\\|CLONE_CLEAR_SIGHAND, exit_signal=SIGCHLD, stack=0x", \
			"clone\\(child_stack=0x[0-9a-f]+, flags=" BORROWS "\\|SIGCHLD\\)"                     \
	}
#define A_VFORK                                                                    \
	{                                                                          \
		"vfork\\(\\) +", "vfork\\(\\) +", "vfork\\(\\) +", "vfork\\(\\) +" \
	}

static const struct row {
	char call[16];
	const char *begins[COLUMNS];
} rows[] = {
	{"pthread_create", A_THREAD},
	{"thrd_create", A_THREAD},
	{"fork", A_COPY},
	{"forkpty", A_COPY},
	{"daemon", A_COPY},
	{"vfork", A_VFORK},
	{"posix_spawn", A_SPAWN},
	{"posix_spawnp", A_SPAWN},
	{"system", A_SPAWN},
	{"popen", A_SPAWN},
	{"wordexp",
	 {"clone\\(child_stack=0x[0-9a-f]+, flags=" BORROWS "\\|SIGCHLD\\)",
	  "clone3\\(\\{flags=" BORROWS ", exit_signal=SIGCHLD, stack=0x",
	  "clone3\\(\\{flags=" BORROWS "\\|CLONE_CLEAR_SIGHAND, exit_signal=SIGCHLD, stack=0x", "fork\\(\\) +"}},
	{"timer_create", A_THREAD},
	{"aio_read", A_THREAD},
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

struct cell {
	int libc, row;
};

ParameterizedTestParameters(become, first_syscall)
{
	static struct cell cells[8 * ROWS];
	size_t count = 0;

	for (size_t libc = 0; libc < libc_count && libc < 8; libc++)
		for (int row = 0; row < ROWS; row++)
			cells[count++] = (struct cell){(int)libc, row};
	return cr_make_param_array(struct cell, cells, count);
}

/* The column of the libc that the program runs on; COLUMNS: the README has none. */
static int
column_of(const struct libc *libc)
{
	int column = 0;

	while (column < COLUMNS && strcmp(libc_expected_identity(libc), columns[column]) != 0)
		column++;
	return column;
}

ParameterizedTest(struct cell *cell, become, first_syscall, .timeout = 60)
{
	const struct libc *libc = &libcs[cell->libc];
	const struct row *row = &rows[cell->row];
	char *program, *missing, pattern[600];
	struct run run;

	libc_require(libc);
	if (column_of(libc) == COLUMNS)
		cr_skip_test("%s is none of the README's", libc_expected_identity(libc));
	missing = libc_program_missing(libc, "one_call");
	cr_assert_null(missing, "one_call on %s: %s", libc->name, missing);
	program = libc_program(libc, "one_call");
	libc_run(&run, (const char *[]){program, row->call, NULL}, "strace");
	cr_assert_eq(run.status, 0, "%s on %s: %s", row->call, libc->name, run.output);
	snprintf(pattern, sizeof(pattern), "^[0-9]+ +%s", row->begins[column_of(libc)]);
	/* the first line is the call's; a shell or a helper thread may make more */
	run.log[strcspn(run.log, "\n")] = '\0';
	cr_expect_eq(run_count_matches(run.log, pattern), 1, "%s on %s: expected %s, found %s", row->call, libc->name,
		     pattern, run.log);
	run_free(&run);
	free(program);
}
