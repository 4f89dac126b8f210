/*
 * sites.c: libc makes creation syscalls where the shim thinks it does, and nowhere else; and the shim changes just these places.
 *
 * objdump(1) reads the files, a program under the shim compares its own memory with them: neither knows the shim's tables.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libcs/libc.h"
#include "libcs/objdump.h"

#define SITES_MAX 16

static const unsigned creation_numbers[] = {56, 57, 58, 435}; /* clone, fork, vfork, clone3 */

/* From the instruction that sets the number to the syscall instruction. */
struct site {
	char object[32];
	uint64_t start, syscall;
	unsigned number;
	int changes;
};

struct sites {
	struct site list[SITES_MAX];
	size_t count;
	const struct libc *libc;
	const char *object;
	uint64_t start;
	long number; /* in eax, since `start`; -1: not known */
};

#define GIVEN 0x10000 /* not a number, but what syscall(2) was given */

static bool
makes_task(long number)
{
	if (number == GIVEN)
		return true;
	for (size_t i = 0; i < sizeof(creation_numbers) / sizeof(creation_numbers[0]); i++)
		if (number == (long)creation_numbers[i])
			return true;
	return false;
}

static bool
ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);
	return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static bool
writes_rax(const char *text)
{
	if (strncmp(text, "call", 4) == 0 || strncmp(text, "syscall", 7) == 0 || strcmp(text, "pop    %rax") == 0)
		return true;
	return (ends_with(text, ",%eax") || ends_with(text, ",%rax") || ends_with(text, ",%al")) &&
	       strncmp(text, "cmp", 3) != 0 && strncmp(text, "test", 4) != 0;
}

/* A number stays known until something else is written, whatever branches there are: too many sites rather than too few. */
static void
take_instruction(const struct objdump_line *line, void *context)
{
	struct sites *sites = context;
	unsigned number;
	bool is_given = strcmp(line->function, "syscall") == 0;
	if (sites->libc->left_alone && strcmp(line->function, sites->libc->left_alone) == 0)
		return;
	if (is_given && sites->number != GIVEN) {
		sites->number = GIVEN;
		sites->start = line->address;
	}
	if (strcmp(line->text, "syscall") == 0 && makes_task(sites->number)) {
		cr_assert_lt(sites->count, SITES_MAX);
		struct site *site = &sites->list[sites->count++];
		*site = (struct site){
			.start = sites->start, .syscall = line->address, .number = (unsigned)sites->number};
		snprintf(site->object, sizeof(site->object), "%s", sites->object);
	}
	if (is_given || !writes_rax(line->text))
		return;
	sites->number = -1;
	if (sscanf(line->text, "mov $%x,%%", &number) == 1) {
		sites->number = number;
		sites->start = line->address;
	}
}

static void
find_sites(const struct libc *libc, struct sites *sites)
{
	*sites = (struct sites){.libc = libc, .number = -1};
	for (size_t i = 0; i < LIBC_OBJECTS_MAX && libc->objects[i]; i++) {
		char *path = libc_object(libc, i);
		sites->object = strrchr(path, '/') + 1;
		sites->number = -1;
		objdump_walk(path, take_instruction, sites);
		free(path);
	}
}

static struct site *
site_of(struct sites *sites, const char *object, uint64_t change)
{
	for (size_t i = 0; i < sites->count; i++)
		if (strcmp(sites->list[i].object, object) == 0 && change >= sites->list[i].start &&
		    change < sites->list[i].syscall)
			return &sites->list[i];
	return NULL;
}

/* The parameter is a line's number: pointers do not survive the way into Criterion's worker. */
ParameterizedTestParameters(sites, are_all_known)
{
	static int numbers[8];
	for (size_t i = 0; i < libc_count; i++)
		numbers[i] = (int)i;
	return cr_make_param_array(int, numbers, libc_count);
}

ParameterizedTest(int *number, sites, are_all_known, .timeout = 200)
{
	const struct libc *libc = &libcs[*number];
	libc_require(libc);
	if (!run_program_exists("objdump"))
		cr_skip_test("%s: objdump is not installed", libc->name);
	struct sites sites;
	find_sites(libc, &sites);
	cr_assert_geq(sites.count, 3, "%s: %zu sites", libc->name, sites.count);

	char *program = libc_program(libc, "text_changes"), object[64];
	const char *argv[] = {program, NULL};
	struct run bare, run;
	libc_run(&bare, argv, NULL);
	libc_run(&run, argv, "text");
	cr_assert(bare.status == 0 && run.status == 0, "%s: %s%s", libc->name, bare.errors, run.errors);
	cr_assert_str_empty(bare.output);
	unsigned long change;
	for (char *line = run.output; sscanf(line, "%63s %lx", object, &change) == 2; line = strchr(line, '\n') + 1) {
		struct site *site = site_of(&sites, object, change);
		cr_assert_not_null(site, "%s: %s is changed at %lx, where there is no site", libc->name, object,
				   change);
		site->changes++;
	}
	for (size_t i = 0; i < sites.count; i++)
		cr_assert_eq(sites.list[i].changes, 1, "%s: syscall %u at %lx in %s is changed in %d places",
			     libc->name, sites.list[i].number, (unsigned long)sites.list[i].syscall,
			     sites.list[i].object, sites.list[i].changes);
	printf("libcs: %s: %zu sites, all observed\n", libc->name, sites.count);
	run_free(&bare);
	run_free(&run);
	free(program);
}

/* Text is not changed before the program does what may create: so all that leads to a site has to come by the shim first. musl's code
   tells too little of where its functions begin. */
ParameterizedTestParameters(sites, are_all_come_to_through_the_shim)
{
	static int numbers[8];
	for (size_t i = 0; i < libc_count; i++)
		numbers[i] = (int)i;
	return cr_make_param_array(int, numbers, libc_count);
}

ParameterizedTest(int *number, sites, are_all_come_to_through_the_shim, .timeout = 200)
{
	const struct libc *libc = &libcs[*number];
	libc_require(libc);
	if (strstr(libc->name, "musl") != NULL || !run_program_exists("objdump"))
		cr_skip_test("%s: %s", libc->name, strstr(libc->name, "musl") != NULL ? "is not glibc" : "no objdump");
	struct run exports = {.argv = (const char *[]){"nm", "--dynamic", "--defined-only", run_shim_path(), NULL}};
	cr_assert_eq(run_program(&exports), 0, "%s", exports.errors);
	int count = 0;
	for (size_t i = 0; i < LIBC_OBJECTS_MAX && libc->objects[i]; i++) {
		char *path = libc_object(libc, i), *name, *rest, wanted[80];
		struct run run = {
			.argv = (const char *[]){RUN_SOURCE_DIRECTORY "/tests/libcs/leads_to_sites", path, NULL}};
		cr_assert_eq(run_program(&run), 0, "%s: %s", path, run.errors);
		for (name = strtok_r(run.output, "\n", &rest); name != NULL; name = strtok_r(NULL, "\n", &rest)) {
			/* What it cancels was asked for by other functions of the family. */
			if (strncmp(name, "aio_cancel", strlen("aio_cancel")) == 0)
				continue;
			snprintf(wanted, sizeof(wanted), " T %s\n", name);
			cr_expect_not_null(strstr(exports.output, wanted), "%s: %s leads to a site past the shim",
					   libc->name, name);
			count++;
		}
		run_free(&run);
		free(path);
	}
	cr_expect_geq(count, 15, "%s: %d functions", libc->name, count);
	printf("libcs: %s: %d functions lead to sites\n", libc->name, count);
	run_free(&exports);
}
