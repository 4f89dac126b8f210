/* command_run.c: runs a program under the shim, and records a trace or shows live what it does. */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/program.h"
#include "cli/program_check.h"
#include "cli/run_environment.h"
#include "cli/shim_path.h"
#include "cli/trace_append.h"
#include "cli/trace_counts.h"
#include "cli/trace_growth.h"
#include "cli/trace_new.h"
#include "decode/config.h"

/* As a shell has them. */
#define EXIT_NOT_EXECUTABLE 126
#define EXIT_NOT_FOUND 127
#define EXIT_BY_SIGNAL 128

#define WHY_MAX 512

struct recording {
	const char *path; /* as the user named it */
	struct trace_new trace;
	struct trace_growth growth;
	bool is_quiet;
};

static const struct argp_option known[] = {
	{NULL, 'o', "TRACE", 0, "record into a new trace, and show nothing live", 0},
	{"size", 's', "BYTES", 0,
	 "room in the new trace at the start, with K, M or G (default 64M); it grows as needed", 0},
	{"format", 'f', "FORMAT", 0, "of what is shown live: text (default), strace or json", 0},
	{"output", 'O', "FILE", 0, "where it is shown: stderr (default), or a file, in whose name %p becomes the pid",
	 0},
	{"probe", 'p', "PROBE", 0, "how system calls are observed: auto (default), patch, dispatch or off", 0},
	{"path", 'P', "PATH", 0,
	 "which system calls of a call: those that create (creation, the default), or all (full)", 0},
	{"inject", 'e', "SPEC", 0, "system calls that fail on purpose, as in strace: clone3:error=ENOSYS:when=2", 0},
	{"quiet", 'q', NULL, 0, "with -o: no line at the end that counts what was recorded", 0},
	{"follow", 'F', NULL, 0, "stay in programs that are started with a cleared environment", 0},
	{0},
};

static const char before_options[] =
	"Run a program, and see the threads and processes that it creates. Options that are not given leave what the "
	"CLONESHIM_* variables of the environment say.";

static const char behind_options[] =
	"The exit status is the program's; 128+N if signal N ended it, 127 if it is not found, 126 if it cannot be "
	"executed, 2 for bad usage. With -o, a line at the end counts the tasks (the program, and those that were seen "
	"to be created), libc's calls, system calls, and lost events.\n\nFor example:\n\n"
	"  cloneshim run ls\n"
	"  cloneshim run -o make.trace make -j2\n"
	"  cloneshim show make.trace\n";

/* A value is refused before anything is done, in the words of the shim's own table. */
static const char *
usable(struct argp_state *state, const char *option, const char *variable, const char *value)
{
	const char *expected = run_environment_refusal(variable, value);

	if (expected != NULL)
		argp_failure(state, EXIT_USAGE, 0, "%s %s: expected %s", option, value, expected);
	return value;
}

/* For a path it is the absolute one that has to fit. */
static const char *
usable_path(struct argp_state *state, const char *option, const char *variable, const char *value)
{
	char *absolute = run_environment_absolute(value);

	if (absolute == NULL)
		argp_failure(state, EXIT_USAGE, errno, "%s %s: its directory", option, value);
	usable(state, option, variable, value);
	if (run_environment_refusal(variable, absolute) != NULL)
		usable(state, option, variable, absolute);
	free(absolute);
	return value;
}

static error_t
take_option(int key, char *value, struct argp_state *state)
{
	struct run_options *options = state->input;

	switch (key) {
	case 'o':
		options->trace = usable_path(state, "-o", "CLONESHIM_TRACE", value);
		return 0;
	case 's':
		options->size = usable(state, "--size", "CLONESHIM_TRACE_SIZE", value);
		return 0;
	case 'f':
		options->format = usable(state, "--format", "CLONESHIM_FORMAT", value);
		return 0;
	case 'O':
		options->output = usable_path(state, "--output", "CLONESHIM_OUTPUT", value);
		return 0;
	case 'p':
		options->probe = usable(state, "--probe", "CLONESHIM_PROBE", value);
		return 0;
	case 'P':
		options->path = usable(state, "--path", "CLONESHIM_PATH", value);
		return 0;
	case 'e':
		options->inject = usable(state, "--inject", "CLONESHIM_INJECT", value);
		return 0;
	case 'q':
		options->quiet = true;
		return 0;
	case 'F':
		options->follow = true;
		return 0;
	case ARGP_KEY_ARG:
		options->program = &state->argv[state->next - 1];
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_failure(state, EXIT_USAGE, 0, "expected a program to run");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void
parse(struct run_options *options, int argc, char **argv)
{
	static const struct argp argp = {known, take_option, "PROG [ARG...]", NULL, NULL, NULL, NULL};
	struct argp described = argp;
	char *doc;

	argp_err_exit_status = EXIT_USAGE;
	if (asprintf(&doc, "%s\v%s", before_options, behind_options) >= 0)
		described.doc = doc;
	argp_parse(&described, argc, argv, ARGP_IN_ORDER, NULL, options);
	free(doc);
}

/* One line on standard error. */
static int
refuse(int status, const char *what, const char *why)
{
	fprintf(stderr, "cloneshim: %s: %s\n", what, why);
	return status;
}

/* What the shim could not open it would replace by standard error. A pipe is not opened: its reader would see it closed again. */
static bool
output_can_be_written(const char *path)
{
	struct stat status;
	int fd;

	if (strcmp(path, "stderr") == 0 || strstr(path, "%p") != NULL)
		return true;
	if (lstat(path, &status) == 0 && S_ISFIFO(status.st_mode))
		return true;
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, 0600);
	if (fd < 0)
		return false;
	close(fd);
	return true;
}

/* The size that the shim would take: the option's, the environment's, or the default. */
static uint64_t
trace_size(void)
{
	static struct config config;

	config_parse(&config, (const char *const *)environ);
	return config.trace_size;
}

static int
look_at_growth(void *context)
{
	struct recording *recording = context;
	char why[WHY_MAX];
	int wait_ms = trace_growth_look(&recording->growth, why, sizeof(why));

	if (why[0] != '\0')
		refuse(0, recording->path, why);
	return wait_ms;
}

static void
record_end(struct recording *recording, pid_t pid, const struct program_end *end)
{
	struct cloneshim_trace_ended ended = {
		.record = {.fixed = sizeof(ended), .pid = getpid(), .tid = getpid(), .memory = CLONESHIM_TRACE_NOWHERE},
		.time_ns = end->time_ns,
		.ended = pid,
		.flags = CLONESHIM_TRACE_ENDED_STATUS | CLONESHIM_TRACE_ENDED_BY_RUN,
		.wait_status = end->wait_status,
	};

	recording->growth.retry_ns = 0; /* the last chance to say that it could not grow */
	look_at_growth(recording);
	trace_append(&recording->trace, CLONESHIM_TRACE_ENDED, &ended, sizeof(ended));
}

static void
tell_counts(const struct recording *recording, const char *program)
{
	struct trace_counts counts;
	char text[WHY_MAX];

	if (!trace_counts_take(&counts, recording->trace.fd, text, sizeof(text))) {
		refuse(0, recording->path, text);
		return;
	}
	trace_counts_print(&counts, text, sizeof(text));
	if (counts.processes == 0 && counts.damage.lost == 0)
		fprintf(stderr,
			"cloneshim: nothing was recorded: %s could not be traced, `cloneshim doctor %s` says why: %s\n",
			program, program, recording->path);
	else if (!recording->is_quiet)
		fprintf(stderr, "cloneshim: %s: %s\n", text, recording->path);
}

static int
refuse_program(const char *name, int error)
{
	if (error == ENOENT)
		return refuse(EXIT_NOT_FOUND, name, "not found");
	return refuse(EXIT_NOT_EXECUTABLE, name, strerror(error));
}

/* Live output would be empty, and not say why. */
static void
tell_untraceable(const char *name)
{
	struct program_check check;

	program_check(&check, name);
	if (check.problem >= PROGRAM_32_BIT && program_check_can_run(&check))
		fprintf(stderr, "cloneshim: %s runs, but cannot be traced: %s\n", name, check.why);
}

/* `recording` NULL: nothing is recorded. Returns the exit status. */
static int
run(char *const *program_argv, struct recording *recording)
{
	struct program_end end;
	struct program program;
	int error;

	if (recording == NULL)
		tell_untraceable(program_argv[0]);
	error = program_start(&program, program_argv);
	if (error != 0)
		return refuse(EXIT_NOT_EXECUTABLE, program_argv[0], strerror(error));
	program_wait(&program, recording != NULL ? look_at_growth : NULL, recording, &end);
	if (end.exec_error != 0) {
		if (recording != NULL)
			unlink(recording->path);
		return refuse_program(program_argv[0], end.exec_error);
	}
	if (recording != NULL) {
		record_end(recording, program.pid, &end);
		tell_counts(recording, program_argv[0]);
	}
	return WIFSIGNALED(end.wait_status) ? EXIT_BY_SIGNAL + WTERMSIG(end.wait_status) : WEXITSTATUS(end.wait_status);
}

static int
record(const struct run_options *options)
{
	struct recording recording = {.path = options->trace, .is_quiet = options->quiet};
	char why[WHY_MAX];
	int status;

	if (!trace_new_make(&recording.trace, options->trace, trace_size(), why, sizeof(why)))
		return refuse(EXIT_USAGE, options->trace, why);
	trace_growth_start(&recording.growth, &recording.trace);
	look_at_growth(&recording);
	status = run(options->program, &recording);
	trace_new_release(&recording.trace);
	return status;
}

int
command_run(int argc, char **argv)
{
	struct run_options options = {0};
	char why[WHY_MAX], *shim;
	int refusal;
	bool is_set;

	parse(&options, argc, argv);
	if (options.size != NULL && options.trace == NULL && getenv("CLONESHIM_TRACE") == NULL)
		return refuse(EXIT_USAGE, "--size", "expected with -o TRACE");
	shim = shim_path_find(why, sizeof(why));
	if (shim == NULL)
		return refuse(EXIT_USAGE, "run", why);
	refusal = program_refusal(options.program[0]);
	if (refusal != 0) {
		free(shim);
		return refuse_program(options.program[0], refusal);
	}
	if (options.output != NULL && !output_can_be_written(options.output)) {
		free(shim);
		return refuse(EXIT_USAGE, options.output, strerror(errno));
	}
	is_set = run_environment_set(&options, shim);
	free(shim);
	if (!is_set)
		return refuse(EXIT_USAGE, "run", strerror(ENOMEM));
	return options.trace != NULL ? record(&options) : run(options.program, NULL);
}
