/* libc.c: see libc.h. */
#include "libcs/libc.h"

#include <criterion/criterion.h>
#include <gnu/libc-version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FOLDERS RUN_BUILD_DIRECTORY "/libcs"
#define MULTIARCH "lib/x86_64-linux-gnu"

const struct libc libcs[] = {
	{.name = "glibc-2.31",
	 .thread = "clone(child_stack=0x",
	 .process = "clone(child_stack=NULL",
	 .objects = {MULTIARCH "/libc.so.6", MULTIARCH "/libpthread.so.0", MULTIARCH "/librt.so.1",
		     MULTIARCH "/libutil.so.1", MULTIARCH "/libanl.so.1"},
	 .loader = MULTIARCH "/ld-linux-x86-64.so.2"},
	{.name = "glibc-2.41",
	 .thread = "clone3({",
	 .process = "clone(child_stack=NULL",
	 .objects = {MULTIARCH "/libc.so.6"},
	 .loader = MULTIARCH "/ld-linux-x86-64.so.2"},
	{.name = "musl",
	 .thread = "clone(child_stack=0x",
	 .process = "fork() ",
	 .objects = {"/lib/ld-musl-x86_64.so.1"},
	 .loader = "/lib/ld-musl-x86_64.so.1",
	 .left_alone = "syscall"}, /* compiled code, in which no instruction is sure to be long enough */
	{.name = "host",
	 .thread = "clone",
	 .process = "clone",
	 .objects = {"/lib/x86_64-linux-gnu/libc.so.6"},
	 .loader = "/lib64/ld-linux-x86-64.so.2"},
};

const size_t libc_count = sizeof(libcs) / sizeof(libcs[0]);

static char *
join(const char *folder, const char *path)
{
	char *joined;
	if (path[0] == '/')
		return strdup(path);
	return asprintf(&joined, FOLDERS "/%s/%s", folder, path) < 0 ? NULL : joined;
}

char *
libc_program(const struct libc *libc, const char *name)
{
	char *folder = join(libc->name, "bin"), *path = run_join_path(folder, name);
	free(folder);
	return path;
}

char *
libc_object(const struct libc *libc, size_t index)
{
	return join(libc->name, libc->objects[index]);
}

char *
libc_loader(const struct libc *libc)
{
	return join(libc->name, libc->loader);
}

/* The first line of a file, without its end; freed by the caller. */
static char *
first_line(const char *path)
{
	char *text = run_read_file(path, NULL);
	if (text)
		text[strcspn(text, "\n")] = '\0';
	return text;
}

bool
libc_is_here(const struct libc *libc)
{
	char *loader = libc_loader(libc);
	bool is_here = access(loader, X_OK) == 0;
	free(loader);
	return is_here;
}

void
libc_require(const struct libc *libc)
{
	char skipped[512];
	if (libc_is_here(libc))
		return;
	snprintf(skipped, sizeof(skipped), FOLDERS "/%s.skipped", libc->name);
	char *reason = first_line(skipped);
	cr_skip_test("%s: %s", libc->name, reason ? reason : "not installed");
}

/* What a compiler, or the linker, says is wrong first. */
static char *
first_error(const char *errors)
{
	const char *error = strstr(errors, "undefined reference");
	if (!error)
		error = strstr(errors, "error: ");
	return error ? strndup(error, strcspn(error, "\n")) : strdup("it was not built");
}

char *
libc_program_missing(const struct libc *libc, const char *name)
{
	char *program = libc_program(libc, name), *path, *reason;
	bool is_here = access(program, X_OK) == 0;
	if (is_here || asprintf(&path, "%s.errors", program) < 0) {
		free(program);
		return NULL;
	}
	char *errors = run_read_file(path, NULL);
	reason = first_error(errors ? errors : "");
	free(errors);
	free(path);
	free(program);
	return reason;
}

void
libc_run(struct run *run, const char *const argv[], const char *format)
{
	*run = (struct run){.argv = argv, .format = format, .timeout_s = 60};
	cr_assert_eq(run_program(run), 0, "cannot run %s", argv[0]);
	cr_assert(!run->timed_out, "%s did not end; output: %s", argv[0], run->output);
	run->argv = NULL;
}

/* musl's loader says it when it is run without arguments. */
static void
ask_musl(const struct libc *libc, char *identity, size_t size)
{
	char *loader = libc_loader(libc);
	const char *argv[] = {loader, NULL};
	struct run run;
	libc_run(&run, argv, NULL);
	char *version = strstr(run.errors, "Version ");
	cr_assert_not_null(version, "%s says no version: %s", loader, run.errors);
	version += strlen("Version ");
	snprintf(identity, size, "musl %.*s", (int)strcspn(version, "\n"), version);
	run_free(&run);
	free(loader);
}

const char *
libc_expected_identity(const struct libc *libc)
{
	static char identity[64];
	if (strcmp(libc->name, "musl") == 0)
		ask_musl(libc, identity, sizeof(identity));
	else if (strcmp(libc->name, "host") == 0)
		snprintf(identity, sizeof(identity), "glibc %s", gnu_get_libc_version());
	else
		snprintf(identity, sizeof(identity), "glibc %s", strchr(libc->name, '-') + 1);
	return identity;
}
