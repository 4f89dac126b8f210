/* program_check.c: see program_check.h. */
#include "cli/program_check.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

/* What to do about each problem. */
static const char *const advices[] = {
	[PROGRAM_MISSING] = "check the name, or give the path",
	[PROGRAM_FORBIDDEN] = "check the path and its permissions",
	[PROGRAM_UNKNOWN_FORMAT] = "name the interpreter that is to run it: cloneshim run -- INTERPRETER FILE",
	[PROGRAM_OTHER_MACHINE] = "build it for x86-64",
	[PROGRAM_INTERPRETER_MISSING] = "install the interpreter that it names",
	[PROGRAM_32_BIT] = "build it for x86-64 without -m32; or see it with strace -f",
	[PROGRAM_STATIC] = "link it without -static; or see it with strace -f",
	[PROGRAM_PRIVILEGED] =
		"trace a copy without these rights (cp makes one), or run it as the user whose rights it takes",
};

__attribute__((format(printf, 3, 4))) static void
object(struct program_check *check, enum program_problem problem, const char *format, ...)
{
	va_list arguments;

	check->problem = problem;
	check->advice = advices[problem];
	va_start(arguments, format);
	vsnprintf(check->why, sizeof(check->why), format, arguments);
	va_end(arguments);
}

/* 0, or what execve(2) would say of this path. */
static int
refusal(const char *path)
{
	struct stat status;

	if (stat(path, &status) != 0)
		return errno;
	if (!S_ISREG(status.st_mode))
		return S_ISDIR(status.st_mode) ? EISDIR : EACCES;
	return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0 ? 0 : EACCES;
}

static char *
search_list(void)
{
	const char *path = getenv("PATH");
	size_t size;
	char *list;

	if (path != NULL)
		return strdup(path);
	size = confstr(_CS_PATH, NULL, 0);
	list = malloc(size);
	if (list != NULL)
		confstr(_CS_PATH, list, size);
	return list;
}

/* Looks in the directories of PATH. Returns 0 with the place in `found`, or why the best of what is there will not do. */
static int
search(const char *name, char *found, size_t size)
{
	char *list = search_list(), *rest = list;
	int result = ENOENT;

	for (const char *directory; result != 0 && rest != NULL && (directory = strsep(&rest, ":")) != NULL;) {
		char path[PATH_MAX];
		int why;

		if ((size_t)snprintf(path, sizeof(path), "%s/%s", directory[0] != '\0' ? directory : ".", name) >=
		    sizeof(path))
			continue;
		why = refusal(path);
		if (why == 0 || (why == EACCES && result == ENOENT)) {
			snprintf(found, size, "%s", path);
			result = why;
		}
	}
	free(list);
	return result;
}

/* False: it cannot be run, and `check` says why. */
static bool
find(struct program_check *check, const char *name)
{
	bool has_slash = strchr(name, '/') != NULL;
	int why = ENOENT;

	if (has_slash) {
		why = refusal(name);
		if (why != ENOENT)
			snprintf(check->path, sizeof(check->path), "%s", name);
	} else if (name[0] != '\0') {
		why = search(name, check->path, sizeof(check->path));
	}
	if (why == ENOENT || why == ENOTDIR)
		object(check, PROGRAM_MISSING, has_slash ? "there is no such file" : "not found in PATH");
	else if (why == EISDIR)
		object(check, PROGRAM_FORBIDDEN, "a directory");
	else if (why == EACCES)
		object(check, PROGRAM_FORBIDDEN, "not executable for this user");
	else if (why != 0)
		object(check, PROGRAM_FORBIDDEN, "%s", strerror(why));
	return why == 0;
}

/* Reads the "#!" line of the file, without "#!" and newline. False: it has none. */
static bool
read_script_line(int fd, char *line, size_t size)
{
	char start[256];
	ssize_t length = pread(fd, start, sizeof(start) - 1, 0);
	char *from;

	if (length < 2 || start[0] != '#' || start[1] != '!')
		return false;
	start[length] = '\0';
	start[strcspn(start, "\n")] = '\0';
	from = start + 2 + strspn(start + 2, " \t");
	snprintf(line, size, "%s", from);
	return true;
}

/* env(1) runs what its first argument names that is neither an option nor a variable; NULL: it is not env. */
static const char *
program_of_env(char *rest)
{
	for (char *word; (word = strsep(&rest, " \t")) != NULL;)
		if (word[0] != '\0' && word[0] != '-' && strchr(word, '=') == NULL)
			return word;
	return NULL;
}

/* Puts the program that a script's line names into `next`. False: it names none. */
static bool
follow_script(const char *line, char *next, size_t size)
{
	char copy[256], *rest = copy, *interpreter;
	const char *slash, *program;

	snprintf(copy, sizeof(copy), "%s", line);
	interpreter = strsep(&rest, " \t");
	if (interpreter == NULL || interpreter[0] == '\0')
		return false;
	slash = strrchr(interpreter, '/');
	program = strcmp(slash != NULL ? slash + 1 : interpreter, "env") == 0 && rest != NULL ? program_of_env(rest)
											      : NULL;
	if (program == NULL || strchr(program, '/') != NULL) {
		snprintf(next, size, "%s", program != NULL ? program : interpreter);
		return true;
	}
	if (search(program, next, size) != 0)
		snprintf(next, size, "%s", program);
	return true;
}

static void
find_privilege(struct program_check *check, int fd)
{
	struct stat status;
	struct statvfs mount;
	bool is_ignored = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ||
			  (fstatvfs(fd, &mount) == 0 && (mount.f_flag & ST_NOSUID) != 0);

	if (fstat(fd, &status) != 0)
		return;
	if ((status.st_mode & S_ISUID) != 0) {
		check->privilege = PRIVILEGE_SETUID;
		check->privilege_has_effect = !is_ignored && status.st_uid != getuid();
	} else if ((status.st_mode & S_ISGID) != 0 && (status.st_mode & S_IXGRP) != 0) {
		check->privilege = PRIVILEGE_SETGID;
		check->privilege_has_effect = !is_ignored && status.st_gid != getgid();
	} else if (fgetxattr(fd, "security.capability", NULL, 0) > 0) {
		check->privilege = PRIVILEGE_CAPABILITIES;
		check->privilege_has_effect = !is_ignored && getuid() != 0;
	}
}

static void
object_to_privilege(struct program_check *check)
{
	static const char *const names[] = {[PRIVILEGE_SETUID] = "setuid",
					    [PRIVILEGE_SETGID] = "setgid",
					    [PRIVILEGE_CAPABILITIES] = "with file capabilities"};

	object(check, PROGRAM_PRIVILEGED,
	       "%s: it gets rights that its caller does not have, so the loader takes no LD_PRELOAD from the caller's "
	       "environment (ld.so(8), secure-execution mode)",
	       names[check->privilege]);
}

/* What the kernel, or the loader, or the shim would stumble over. */
static void
judge_elf(struct program_check *check)
{
	const struct elf_program *elf = &check->elf;
	const char *machine = elf_machine_name(elf->machine);
	int why;

	if (elf->machine == EM_386 || (elf->machine == EM_X86_64 && !elf->is_64_bit)) {
		object(check, PROGRAM_32_BIT,
		       "a 32-bit program: the shim is 64-bit code, which its loader cannot load");
	} else if (elf->machine != EM_X86_64 || !elf->is_little_endian) {
		object(check, PROGRAM_OTHER_MACHINE, "a program for %s, not for x86-64",
		       machine != NULL ? machine : "another machine");
	} else if (!elf->is_program && !elf->has_interpreter) {
		object(check, PROGRAM_STATIC,
		       "a shared library or an object file, or linked statically and not marked as a program");
	} else if (!elf->has_interpreter && !elf->is_loader) {
		object(check, PROGRAM_STATIC,
		       "linked statically (%s): no loader starts it, so nothing can be preloaded",
		       elf->is_position_independent ? "static-pie" : "no PT_INTERP");
	} else if (elf->has_interpreter && (why = refusal(elf->interpreter)) != 0) {
		object(check, PROGRAM_INTERPRETER_MISSING, "its loader %s: %s", elf->interpreter, strerror(why));
	} else if (check->privilege_has_effect) {
		object_to_privilege(check);
	}
}

/* Looks into the file that was opened. Returns true when another one has to be looked into: `next`, of PATH_MAX bytes. */
static bool
look_into(struct program_check *check, int fd, char *next)
{
	char *line = check->lines[check->script_count];
	enum elf_reading reading;

	if (read_script_line(fd, line, sizeof(check->lines[0]))) {
		if (!follow_script(line, next, PATH_MAX)) {
			object(check, PROGRAM_UNKNOWN_FORMAT, "a script whose \"#!\" names no interpreter");
			return false;
		}
		check->script_count++;
		return true;
	}
	reading = elf_program_read(fd, &check->elf);
	if (reading == ELF_OTHER_FILE) {
		object(check, PROGRAM_UNKNOWN_FORMAT,
		       "neither an ELF program nor a script that begins with \"#!\" (a shell would take it for a "
		       "script of its own)");
	} else if (reading == ELF_DAMAGED) {
		object(check, PROGRAM_UNKNOWN_FORMAT, "an ELF file with damaged headers");
	} else {
		check->is_read = true;
		find_privilege(check, fd);
		judge_elf(check);
	}
	return false;
}

/* The rights of a script count for nothing: execve(2), "Interpreter scripts". */
static void
follow(struct program_check *check)
{
	char next[PATH_MAX];
	bool goes_on = true;

	snprintf(check->loaded, sizeof(check->loaded), "%s", check->path);
	while (goes_on && check->problem == PROGRAM_NO_PROBLEM) {
		int fd = open(check->loaded, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), why;

		if (fd < 0)
			return;
		goes_on = look_into(check, fd, next);
		close(fd);
		if (!goes_on)
			return;
		snprintf(check->loaded, sizeof(check->loaded), "%s", next);
		why = refusal(next);
		if (why != 0)
			object(check, PROGRAM_INTERPRETER_MISSING, "the interpreter of the script, %s: %s", next,
			       strerror(why));
		else if (check->script_count == PROGRAM_SCRIPTS_MAX)
			object(check, PROGRAM_UNKNOWN_FORMAT, "too many scripts that are run by scripts");
	}
}

void
program_check(struct program_check *check, const char *name)
{
	memset(check, 0, sizeof(*check));
	if (find(check, name))
		follow(check);
}

bool
program_check_can_run(const struct program_check *check)
{
	return check->problem == PROGRAM_NO_PROBLEM || check->problem >= PROGRAM_32_BIT;
}

int
program_check_exit_status(const struct program_check *check)
{
	if (program_check_can_run(check))
		return 0;
	return check->problem == PROGRAM_MISSING ? 127 : 126;
}
