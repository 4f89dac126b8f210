/*
 * doctor_program.c: a program; see doctor.h. It is not run. What runs is its libc, which as a program only prints its version, under
 * the program's own loader and with the shim.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/doctor.h"
#include "cli/probe_trial.h"

static void
tell_file(struct findings *findings, const struct program_check *check)
{
	findings_add(findings, FINDING_FINE, "file", NULL, "%s", check->path);
	for (size_t i = 0; i < check->script_count; i++)
		findings_add(findings, FINDING_FINE, "script", NULL, "run by \"#!%s\"", check->lines[i]);
	if (check->script_count > 0)
		findings_add(findings, FINDING_FINE, "program", NULL, "%s, which is what is examined below",
			     check->loaded);
}

static void
tell_elf(struct findings *findings, const struct program_check *check)
{
	const struct elf_program *elf = &check->elf;
	const char *machine = elf_machine_name(elf->machine);

	findings_add(findings, FINDING_FINE, "format", NULL, "%d-bit ELF for %s, %s", elf->is_64_bit ? 64 : 32,
		     machine != NULL ? machine : "another machine",
		     elf->has_interpreter                              ? "dynamic"
		     : elf->is_loader                                  ? "a loader"
		     : elf->is_position_independent && elf->is_program ? "static-pie"
								       : "static");
	if (elf->has_interpreter)
		findings_add(findings, FINDING_FINE, "loader", NULL, "%s", elf->interpreter);
}

static void
tell_privilege(struct findings *findings, const struct program_check *check)
{
	static const char *const names[] = {[PRIVILEGE_SETUID] = "setuid",
					    [PRIVILEGE_SETGID] = "setgid",
					    [PRIVILEGE_CAPABILITIES] = "has file capabilities"};

	if (check->privilege != PRIVILEGE_NONE && !check->privilege_has_effect)
		findings_add(findings, FINDING_NOTE, "rights", NULL,
			     "%s, which gives this user nothing here: it is traced like any other",
			     names[check->privilege]);
}

/* The loader is run with the program's name, as ldd(1) does; only one that belongs to root or to us. */
static bool
is_trusted(const char *loader)
{
	struct stat status;

	return stat(loader, &status) == 0 && (status.st_uid == 0 || status.st_uid == getuid()) &&
	       (status.st_mode & S_IWOTH) == 0;
}

/* A shell's word for `text`; freed by the caller. NULL: out of memory. */
static char *
quote(const char *text)
{
	char *quoted = malloc(strlen(text) * 4 + 3), *to = quoted;

	if (quoted == NULL)
		return NULL;
	*to++ = '\'';
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			to = stpcpy(to, "'\\''");
		else
			*to++ = *text;
	}
	stpcpy(to, "'");
	return quoted;
}

/* "\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f…)" */
static bool
take_libc(const char *line, char *path, size_t size)
{
	const char *arrow = strstr(line, " => ");
	const char *name = line + strspn(line, " \t");

	if (arrow == NULL || strncmp(name, "libc.so", 7) != 0 || arrow[4] != '/')
		return false;
	snprintf(path, size, "%.*s", (int)strcspn(arrow + 4, " \n"), arrow + 4);
	return true;
}

/* Asks the loader which libc it would take. False: it takes none, or does not say. */
static bool
find_libc(const struct program_check *check, char *path, size_t size)
{
	char *loader = quote(check->elf.interpreter), *program = quote(check->loaded), *command = NULL;
	bool is_found = false;
	char line[PATH_MAX + 64];
	FILE *from = NULL;

	if (loader != NULL && program != NULL &&
	    asprintf(&command, "LD_PRELOAD= %s --list %s 2>/dev/null </dev/null", loader, program) > 0)
		from = popen(command, "re");
	while (from != NULL && fgets(line, sizeof(line), from) != NULL)
		is_found = is_found || take_libc(line, path, size);
	if (from != NULL)
		pclose(from);
	free(loader);
	free(program);
	free(command);
	return is_found;
}

/* musl's libc is its loader, and does not run as a program of its own. */
static bool
is_own_loader(const char *libc, const char *loader)
{
	struct stat left, right;

	return stat(libc, &left) == 0 && stat(loader, &right) == 0 && left.st_dev == right.st_dev &&
	       left.st_ino == right.st_ino;
}

static void
tell_trial(struct findings *findings, const struct probe_trial *trial, const char *libc)
{
	if (!trial->was_loaded) {
		findings_add(findings, FINDING_PROBLEM, "sites", NULL, "the shim could not be tried on %s: %s", libc,
			     trial->why);
		return;
	}
	findings_add(findings, FINDING_FINE, "libc", NULL, "%s, %s",
		     trial->libc[0] != '\0' ? trial->libc : "one that the shim does not know", libc);
	if (trial->site_count > 0)
		findings_add(
			findings, FINDING_FINE, "sites", NULL,
			"%zu in this libc would be observed (%s); the program's own objects have not been searched",
			trial->site_count, trial->sites);
	else
		findings_add(findings, FINDING_PROBLEM, "sites",
			     "libc calls are shown all the same, their system calls are not", "none: %s",
			     trial->why[0] != '\0' ? trial->why : "no site was found");
	if (trial->left_alone_count > 0)
		findings_add(findings, FINDING_NOTE, "left alone", NULL, "%s", trial->left_alone);
}

static void
examine_libc(struct findings *findings, const struct program_check *check, const char *shim)
{
	const char *loader = check->elf.interpreter;
	char libc[PATH_MAX], directory[PATH_MAX];
	struct probe_trial trial;

	if (!is_trusted(loader)) {
		findings_add(findings, FINDING_UNKNOWN, "libc", NULL,
			     "not asked for: %s belongs to another user, or anybody may change it", loader);
	} else if (!find_libc(check, libc, sizeof(libc))) {
		findings_add(findings, FINDING_NOTE, "libc", NULL,
			     "the loader names none: a program without libc makes no calls that could be shown");
	} else if (is_own_loader(libc, loader)) {
		findings_add(findings, FINDING_UNKNOWN, "libc", NULL,
			     "musl, %s; which sites are in it is only known when a program runs", libc);
	} else {
		snprintf(directory, sizeof(directory), "%s", libc);
		*strrchr(directory, '/') = '\0';
		probe_trial_run(&trial, shim, (const char *const[]){loader, "--library-path", directory, libc, NULL});
		tell_trial(findings, &trial, libc);
	}
}

bool
doctor_program(struct findings *findings, const struct program_check *check, const char *name, const char *shim)
{
	findings_group(findings, "Program");
	if (check->path[0] != '\0')
		tell_file(findings, check);
	if (check->is_read)
		tell_elf(findings, check);
	if (check->problem != PROGRAM_NO_PROBLEM) {
		findings_add(findings, FINDING_PROBLEM, program_check_can_run(check) ? "tracing" : "running",
			     check->advice, "%s cannot be %s: %s", name,
			     program_check_can_run(check) ? "traced" : "run", check->why);
		return false;
	}
	tell_privilege(findings, check);
	if (!check->is_read)
		findings_add(findings, FINDING_UNKNOWN, "format", NULL,
			     "not readable for this user, so whether it can be traced is not known");
	else if (check->elf.has_interpreter && shim != NULL)
		examine_libc(findings, check, shim);
	if (shim != NULL && check->is_read)
		findings_add(findings, FINDING_FINE, "tracing", NULL, "%s can be traced", name);
	return shim != NULL && check->is_read;
}
