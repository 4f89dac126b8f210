/*
 * init.c: constructor and destructor; see init.h.
 *
 * Order matters: modules before all that looks something up, configuration before output, everything before the first jump into a
 * stub.
 */
#include "preload/init.h"

#include <elf.h>
#include <stdatomic.h>
#include <stddef.h>

#include "decode/config.h"
#include "decode/names.h"
#include "decode/out.h"
#include "preload/clock.h"
#include "preload/details.h"
#include "preload/follow.h"
#include "preload/inject.h"
#include "preload/libc_identity.h"
#include "preload/modules.h"
#include "preload/output.h"
#include "preload/pages.h"
#include "preload/probe.h"
#include "preload/process_start.h"
#include "preload/sink.h"
#include "preload/task.h"
#include "preload/trace_file.h"
#include "preload/x86_64/syscall.h"

static _Atomic enum {
	STATE_UNTOUCHED,
	STATE_IN_PROGRESS, /* by another thread, or by the code that a signal handler interrupted: calls are only forwarded */
	STATE_ACTIVE,
	STATE_INACTIVE, /* loaded into a privileged program: nothing is logged, nothing is changed */
} state;

static void
complain(const struct config_complaint *complaint)
{
	char line[512];
	struct out out;

	out_init(&out, line, sizeof(line));
	config_out_complaint(&out, complaint);
	output_complain(line, out_finish(&out));
}

static void
print_help_and_exit(void)
{
	char line[256];
	struct out out;

	for (size_t number = 0;; number++) {
		out_init(&out, line, sizeof(line));
		if (!config_out_help(&out, number))
			break;
		syscall3(__NR_write, 1, (uint64_t)line, out_finish(&out));
	}
	syscall1(__NR_exit_group, 0);
}

static void
open_output(const struct config *config, int32_t pid)
{
	int error = output_init(config->output, pid);
	char expected[128];
	struct out out;

	if (error == 0)
		return;
	out_init(&out, expected, sizeof(expected));
	out_string(&out, "a file that can be opened for appending (");
	out_string(&out, names_errno(-error) != NULL ? names_errno(-error) : "unknown error");
	out_char(&out, ')');
	expected[out.length] = '\0';
	complain(&(struct config_complaint){"CLONESHIM_OUTPUT", config->output, expected, "stderr"});
}

/* Returns whether there is a trace to record into. */
static bool
open_trace(const struct config *config)
{
	char expected[160];
	struct out why;
	int error;

	if (config->trace[0] == '\0')
		return false;
	out_init(&why, expected, sizeof(expected));
	error = trace_file_open(config->trace, config->trace_size, &why);
	expected[why.length] = '\0';
	if (error != 0)
		complain(&(struct config_complaint){"CLONESHIM_TRACE", config->trace, expected, "none"});
	return error == 0;
}

static void
emit_process(const struct config *config)
{
	struct event_process event = {.kind = PROCESS_LOADED};
	struct event_string argv[EVENT_VECTOR_MAX];
	const char *const *arguments = process_start_arguments();

	if (!sink_wants_calls())
		return;
	task_identify(&event.head);
	event.time_ns = clock_ask_kernel_ns();
	event.argv = argv;
	event.argv_observed = arguments != NULL &&
			      details_read_vector((uint64_t)arguments, argv, EVENT_VECTOR_MAX, &event.argv_count);
	event.whole_argv = arguments;
	event.ppid = (int32_t)syscall0(__NR_getppid);
	event.exe = modules_at(0) != NULL ? modules_at(0)->path : NULL;
	event.libc = libc_identity()->module != NULL ? libc_identity()->name : NULL;
	event.inject = config->inject_text;
	probe_describe(&event);
	sink_process(&event);
}

static void
start(void)
{
	const char *const *environment = process_start_environment();
	struct config config;
	int32_t pid;
	bool shows;

	config_parse(&config, environment);
	if (config.help)
		print_help_and_exit();
	pid = task_init();
	shows = config.trace[0] == '\0' || config.output_set;
	open_output(&config, pid); /* in any case: complaints go to standard error */
	for (size_t i = 0; i < config.complaint_count; i++)
		complain(&config.complaints[i]);
	sink_init(shows ? format_by_id(config.format) : NULL, open_trace(&config));
	libc_identity_init();
	inject_init(&config.inject);
	if (config.follow && !follow_init(environment))
		complain(&(struct config_complaint){"CLONESHIM_FOLLOW", "1",
						    "LD_PRELOAD and CLONESHIM_* of less than 8 KiB together", "0"});
	probe_init(config.probe, config.path);
	emit_process(&config);
}

/* A program that runs with more rights than its caller must not be told by the caller's environment which files to write
   (ld.so(8), "Secure-execution mode"). */
static void
init(void)
{
	int untouched = STATE_UNTOUCHED;

	if (!atomic_compare_exchange_strong((_Atomic int *)&state, &untouched, STATE_IN_PROGRESS))
		return;
	if (modules_init() != 0 || process_start_auxiliary(AT_SECURE) != 0) {
		atomic_store(&state, STATE_INACTIVE);
		return;
	}
	clock_init();
	start();
	atomic_store(&state, STATE_ACTIVE);
}

bool
init_is_active(void)
{
	if (atomic_load_explicit(&state, memory_order_acquire) == STATE_UNTOUCHED)
		init();
	return atomic_load_explicit(&state, memory_order_acquire) == STATE_ACTIVE;
}

__attribute__((constructor)) static void
construct(void)
{
	pages_bring_in_data();
	init();
}

/* What could not be shown is at least counted. Calls that come later still work: nothing is taken down. */
__attribute__((destructor)) static void
destruct(void)
{
	char line[128];
	struct out out;

	if (atomic_load(&state) != STATE_ACTIVE)
		return;
	sink_finish();
	if (task_lost() == 0)
		return;
	out_init(&out, line, sizeof(line));
	out_string(&out, "cloneshim: ");
	out_unsigned(&out, task_lost());
	out_string(&out, " lines could not be written and are lost");
	output_complain(line, out_finish(&out));
}
