/* probe_trial.c: see probe_trial.h. What the shim says in json on standard error is read from a pipe. */
#include "cli/probe_trial.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TIME_LIMIT_MS 10000
#define OUTPUT_MAX (64 * 1024)

/* In the child. Variables of the user's own would change what the shim does, or where it says it. */
static void
set_environment(const char *shim)
{
	static const char *const removed[] = {"CLONESHIM_TRACE", "CLONESHIM_OUTPUT", "CLONESHIM_INJECT",
					      "CLONESHIM_PROBE", "CLONESHIM_FOLLOW", "CLONESHIM_HELP",
					      "CLONESHIM_PATH",  "LD_AUDIT"};

	for (size_t i = 0; i < sizeof(removed) / sizeof(removed[0]); i++)
		unsetenv(removed[i]);
	setenv("LD_PRELOAD", shim, 1);
	setenv("CLONESHIM_FORMAT", "json", 1);
}

static void
become(const char *shim, const char *const *argv, int errors)
{
	int nothing = open("/dev/null", O_RDWR);

	dup2(nothing, STDIN_FILENO);
	dup2(nothing, STDOUT_FILENO);
	dup2(errors, STDERR_FILENO);
	set_environment(shim);
	execvp(argv[0], (char *const *)argv);
	dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Everything that the child writes until nobody has the pipe any more, or time is up. False: time is up. */
static bool
read_errors(int from, char *output)
{
	int64_t end = now_ms() + TIME_LIMIT_MS;
	size_t length = 0;
	ssize_t count = 1;

	while (count > 0 && length < OUTPUT_MAX - 1) {
		struct pollfd readable = {.fd = from, .events = POLLIN};
		int64_t left = end - now_ms();

		if (left <= 0 || poll(&readable, 1, (int)left) <= 0)
			break;
		count = read(from, output + length, OUTPUT_MAX - 1 - length);
		if (count > 0)
			length += (size_t)count;
	}
	output[length] = '\0';
	return count <= 0;
}

static void
copy_text(char *to, size_t size, const json_t *value)
{
	snprintf(to, size, "%s", json_is_string(value) ? json_string_value(value) : "");
}

/* Appends "clone in _Fork", and the reason where there is one. */
static void
append_site(char *text, size_t size, const json_t *site)
{
	const json_t *at = json_object_get(site, "at");
	const char *name = json_string_value(json_object_get(site, "name"));
	const char *symbol = json_string_value(json_object_get(at, "symbol"));
	const char *offset = json_string_value(json_object_get(at, "offset"));
	const char *why = json_string_value(json_object_get(site, "why"));
	size_t length = strlen(text);

	snprintf(text + length, size - length, "%s%s %s %s%s%s", length > 0 ? ", " : "", name != NULL ? name : "any",
		 symbol != NULL ? "in" : "at", symbol != NULL ? symbol : (offset != NULL ? offset : "?"),
		 why != NULL ? ": " : "", why != NULL ? why : "");
}

static size_t
take_sites(char *text, size_t size, const json_t *sites)
{
	const json_t *site;
	size_t i;

	json_array_foreach(sites, i, site) append_site(text, size, site);
	return json_array_size(sites);
}

/* False: this is no process event. */
static bool
take_report(struct probe_trial *trial, const char *line)
{
	json_t *report = json_loads(line, JSON_DISABLE_EOF_CHECK, NULL), *sites;
	const char *type = json_string_value(json_object_get(report, "type"));

	trial->was_loaded = type != NULL && strcmp(type, "process") == 0;
	if (trial->was_loaded) {
		sites = json_object_get(report, "sites");
		copy_text(trial->why, sizeof(trial->why), json_object_get(report, "probe_reason"));
		copy_text(trial->libc, sizeof(trial->libc), json_object_get(report, "libc"));
		copy_text(trial->probe, sizeof(trial->probe), json_object_get(report, "probe"));
		copy_text(trial->libc_path, sizeof(trial->libc_path),
			  json_object_get(json_object_get(json_array_get(sites, 0), "at"), "module"));
		trial->site_count = take_sites(trial->sites, sizeof(trial->sites), sites);
		trial->left_alone_count =
			take_sites(trial->left_alone, sizeof(trial->left_alone), json_object_get(report, "left_alone"));
	}
	json_decref(report);
	return trial->was_loaded;
}

/* The first line of what was written is the best reason there is. */
static void
take_output(struct probe_trial *trial, char *output)
{
	char *rest = output;
	const char *reason = NULL;

	for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
		if (line[0] == '{' && take_report(trial, line))
			return;
		if (reason == NULL && line[0] != '\0')
			reason = line;
	}
	if (reason != NULL)
		snprintf(trial->why, sizeof(trial->why), "%s", reason);
}

static void
await(struct probe_trial *trial, pid_t child, int from)
{
	char *output = malloc(OUTPUT_MAX);
	bool is_done = output != NULL && read_errors(from, output);
	int status = 0;

	if (!is_done)
		kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (output != NULL)
		take_output(trial, output);
	free(output);
	if (trial->was_loaded || trial->why[0] != '\0')
		return;
	if (!is_done)
		snprintf(trial->why, sizeof(trial->why), "no answer within %d seconds", TIME_LIMIT_MS / 1000);
	else if (WIFSIGNALED(status))
		snprintf(trial->why, sizeof(trial->why), "it ended by signal %d", WTERMSIG(status));
	else
		snprintf(trial->why, sizeof(trial->why), "it ran, but the shim was not loaded into it");
}

void
probe_trial_run(struct probe_trial *trial, const char *shim, const char *const *argv)
{
	int ends[2];
	pid_t child;

	memset(trial, 0, sizeof(*trial));
	if (pipe2(ends, O_CLOEXEC) != 0) {
		snprintf(trial->why, sizeof(trial->why), "pipe: %s", strerror(errno));
		return;
	}
	child = fork();
	if (child == 0)
		become(shim, argv, ends[1]);
	close(ends[1]);
	if (child < 0)
		snprintf(trial->why, sizeof(trial->why), "fork: %s", strerror(errno));
	else
		await(trial, child, ends[0]);
	close(ends[0]);
}
