/*
 * run.c: see run.h. Standard output, standard error and the log go to files in a fresh directory, not through pipes: a program
 * that leaves a child behind can then not keep us waiting for the end of its output.
 */
#include "harness/run.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef RUN_BUILD_DIRECTORY
#error "RUN_BUILD_DIRECTORY is the absolute path of the build directory; tests.mk defines it"
#endif

#define RUN_TIMEOUT_DEFAULT_S 60
#define RUN_POLL_NS 1000000
#define RUN_NOT_STARTED 127

extern char **environ;

const char *
run_shim_path(void)
{
	return RUN_BUILD_DIRECTORY "/libcloneshim.so";
}

const char *
run_victim(const char *name)
{
	static char path[512];
	snprintf(path, sizeof(path), RUN_BUILD_DIRECTORY "/tests/programs/%s", name);
	return path;
}

const char *
run_demo(const char *name)
{
	static char path[512];
	snprintf(path, sizeof(path), RUN_BUILD_DIRECTORY "/demos/%s", name);
	return path;
}

const char *
run_preload(const char *name)
{
	static char path[512];
	snprintf(path, sizeof(path), RUN_BUILD_DIRECTORY "/tests/preloads/%s.so", name);
	return path;
}

bool
run_program_exists(const char *name)
{
	if (strchr(name, '/'))
		return access(name, X_OK) == 0;
	const char *path = getenv("PATH");
	char candidate[1024];
	while (path && *path) {
		size_t length = strcspn(path, ":");
		snprintf(candidate, sizeof(candidate), "%.*s/%s", (int)length, path, name);
		if (access(candidate, X_OK) == 0)
			return true;
		path += length + (path[length] == ':');
	}
	return false;
}

size_t
run_count_lines(const char *text, const char *part)
{
	size_t count = 0;
	while (*text) {
		size_t length = strcspn(text, "\n");
		count += !part || memmem(text, length, part, strlen(part));
		text += length + (text[length] == '\n');
	}
	return count;
}

size_t
run_count_matches(const char *text, const char *pattern)
{
	regex_t regex;
	if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB | REG_NEWLINE) != 0) {
		fprintf(stderr, "run_count_matches: bad pattern: %s\n", pattern);
		abort();
	}
	char *copy = strdup(text), *next = copy;
	size_t count = 0;
	for (char *line; (line = strsep(&next, "\n"));)
		count += *line && regexec(&regex, line, 0, NULL, 0) == 0;
	free(copy);
	regfree(&regex);
	return count;
}

char *
run_join_path(const char *directory, const char *name)
{
	char *path;
	return asprintf(&path, "%s/%s", directory, name) < 0 ? NULL : path;
}

char *
run_scratch(void)
{
	const char *base = getenv("TMPDIR");
	char *path = run_join_path(base && *base ? base : "/tmp", "cloneshim-XXXXXX");
	if (path && !mkdtemp(path)) {
		free(path);
		return NULL;
	}
	return path;
}

static int
remove_entry(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status, (void)type, (void)where;
	return remove(path);
}

void
run_scratch_remove(char *path)
{
	nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	free(path);
}

char *
run_read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "re");
	if (!file)
		return NULL;
	size_t length = 0, room = 4096;
	char *text = malloc(room + 1);
	for (size_t got; text && (got = fread(text + length, 1, room - length, file)) > 0;) {
		length += got;
		if (length == room) {
			char *larger = realloc(text, (room *= 2) + 1);
			if (!larger)
				free(text);
			text = larger;
		}
	}
	fclose(file);
	if (text)
		text[length] = '\0';
	if (size)
		*size = length;
	return text;
}

/* The environment of the program, built before fork: the runner has threads, so the child may not allocate. */
struct environment {
	char **list;
	size_t count;
};

static void
environment_remove(struct environment *environment, const char *name, size_t length)
{
	size_t kept = 0;
	for (size_t i = 0; i < environment->count; i++) {
		char *entry = environment->list[i];
		if (strncmp(entry, name, length) == 0 && entry[length] == '=')
			free(entry);
		else
			environment->list[kept++] = entry;
	}
	environment->count = kept;
	environment->list[kept] = NULL;
}

static void
environment_set(struct environment *environment, const char *entry)
{
	size_t length = strcspn(entry, "=");
	environment_remove(environment, entry, length);
	if (entry[length] != '=')
		return;
	environment->list[environment->count++] = strdup(entry);
	environment->list[environment->count] = NULL;
}

static void
environment_set_value(struct environment *environment, const char *name, const char *value)
{
	char *entry;
	if (asprintf(&entry, "%s=%s", name, value) < 0)
		return;
	environment_set(environment, entry);
	free(entry);
}

static struct environment
environment_build(const struct run *run, const char *log_path)
{
	size_t room = 8;
	for (char **entry = environ; *entry; entry++)
		room++;
	for (size_t i = 0; run->environment && run->environment[i]; i++)
		room++;
	struct environment environment = {.list = calloc(room, sizeof(char *))};
	for (char **entry = environ; *entry; entry++)
		environment.list[environment.count++] = strdup(*entry);
	/* A runner that was itself started under the shim or by make passes neither on. */
	for (const char *const *name = (const char *const[]){"LD_PRELOAD", "CLONESHIM_OUTPUT", "CLONESHIM_FORMAT",
							     "CLONESHIM_PROBE", "CLONESHIM_INJECT", "CLONESHIM_FOLLOW",
							     "MAKEFLAGS", "MAKELEVEL", "MFLAGS", NULL};
	     *name; name++)
		environment_remove(&environment, *name, strlen(*name));

	char preload[2048] = "";
	for (int i = 0; i < 3; i++) {
		const char *object = (const char *[]){run->preload_before, run->format ? run_shim_path() : NULL,
						      run->preload_after}[i];
		if (object)
			snprintf(preload + strlen(preload), sizeof(preload) - strlen(preload), "%s%s",
				 preload[0] ? ":" : "", object);
	}
	if (preload[0])
		environment_set_value(&environment, "LD_PRELOAD", preload);
	if (run->format) {
		environment_set_value(&environment, "CLONESHIM_FORMAT", run->format);
		environment_set_value(&environment, "CLONESHIM_OUTPUT", log_path);
	}
	for (size_t i = 0; run->environment && run->environment[i]; i++)
		environment_set(&environment, run->environment[i]);
	return environment;
}

static void
environment_free(struct environment *environment)
{
	for (size_t i = 0; i < environment->count; i++)
		free(environment->list[i]);
	free(environment->list);
}

/* In the child, between fork and exec: async-signal-safe calls only. */
static void __attribute__((noreturn)) become_program(const struct run *run, char **list, const int descriptors[3])
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	for (int fd = 0; fd < 3; fd++)
		dup2(descriptors[fd], fd);
	/* Criterion's worker ignores or blocks what it likes; a program starts with defaults. */
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	personality(PER_LINUX); /* and with addresses randomised, as everywhere else */
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	if (run->directory && chdir(run->directory) != 0)
		_exit(RUN_NOT_STARTED);
	execvpe(run->argv[0], (char *const *)run->argv, list);
	dprintf(2, "cannot run %s: %s\n", run->argv[0], strerror(errno));
	_exit(RUN_NOT_STARTED);
}

/* Waits for the end of `pid`, kills it when its time is over, and then whatever is left of its process group. The group is
   killed before the leader is reaped, so that its number cannot have been given to anybody else. */
static void
await_program(struct run *run, pid_t pid)
{
	struct timespec start, now;
	clock_gettime(CLOCK_MONOTONIC, &start);
	int limit_s = run->timeout_s ? run->timeout_s : RUN_TIMEOUT_DEFAULT_S;
	siginfo_t ended = {0};
	while (waitid(P_PID, (id_t)pid, &ended, WEXITED | WNOWAIT | WNOHANG) == 0 && ended.si_pid == 0) {
		nanosleep(&(struct timespec){0, RUN_POLL_NS}, NULL);
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec - start.tv_sec >= limit_s && !run->timed_out) {
			run->timed_out = true;
			kill(-pid, SIGKILL);
		}
	}
	kill(-pid, SIGKILL);
	int status = 0;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	run->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int
open_input(const char *text, const char *path)
{
	if (!text)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0 && (write(fd, text, strlen(text)) < 0 || lseek(fd, 0, SEEK_SET) != 0)) {
		close(fd);
		return -1;
	}
	return fd;
}

static int
open_errors(const struct run *run, const char *path)
{
	int ends[2];
	if (!run->errors_reader_gone)
		return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	close(ends[0]);
	return ends[1];
}

/* A file that the program never made, or made unreadable, is an empty text. */
static char *
read_left(const char *path, size_t *size)
{
	char *text = run_read_file(path, size);
	return text ? text : calloc(1, 1);
}

int
run_program(struct run *run)
{
	char *scratch = run_scratch();
	if (!scratch)
		return -errno;
	char *paths[4];
	for (int i = 0; i < 4; i++)
		paths[i] = run_join_path(scratch, (const char *[]){"input", "output", "errors", "log"}[i]);
	int descriptors[3] = {open_input(run->input, paths[0]),
			      open(paths[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600),
			      open_errors(run, paths[2])};
	struct environment environment = environment_build(run, paths[3]);

	run->timed_out = false;
	run->output_size = run->errors_size = run->log_size = 0;
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0)
		become_program(run, environment.list, descriptors);
	int result = pid < 0 ? -errno : 0;
	if (pid > 0) {
		setpgid(pid, pid); /* in both: neither side may be late */
		await_program(run, pid);
	}
	run->output = read_left(paths[1], &run->output_size);
	run->errors = read_left(paths[2], &run->errors_size);
	run->log = read_left(paths[3], &run->log_size);

	environment_free(&environment);
	for (int i = 0; i < 3; i++)
		close(descriptors[i]);
	for (int i = 0; i < 4; i++)
		free(paths[i]);
	run_scratch_remove(scratch);
	return result;
}

void
run_free(struct run *run)
{
	free(run->output);
	free(run->errors);
	free(run->log);
	run->output = run->errors = run->log = NULL;
}
