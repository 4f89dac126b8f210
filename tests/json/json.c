/*
 * json.c: the json format of real programs: valid for an independent validator, true to itself, and the same as strace says.
 *
 * What the checks are is told in check_events.py; as_strace.py makes strace's lines of the JSON.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/run.h"
#include "harness/strace_log.h"

TestSuite(json, .timeout = 300);

#define SCHEMA RUN_SOURCE_DIRECTORY "/include/cloneshim/event.schema.json"
#define SCRIPT(name) RUN_SOURCE_DIRECTORY "/tests/json/" name
#define OBJECT(name) RUN_BUILD_DIRECTORY "/tests/preloads/" name ".so"

#define ARGUMENTS_MAX 48

static const char *const script_environment[] = {"PYTHONDONTWRITEBYTECODE=1", NULL};

/* A Python that has the validator: Debian's package installs it for Debian's Python, which need not be the first in PATH. NULL: none. */
static const char *
find_python(void)
{
	static const char *const candidates[] = {"python3", "/usr/bin/python3"};
	static const char *known;
	for (size_t i = 0; !known && i < sizeof(candidates) / sizeof(candidates[0]); i++) {
		const char *argv[] = {candidates[i], "-c", "import jsonschema", NULL};
		struct run run = {.argv = argv};
		bool found = run_program_exists(candidates[i]) && run_program(&run) == 0 && run.status == 0;
		run_free(&run);
		if (found)
			known = candidates[i];
	}
	return known;
}

static const char *
need_python(void)
{
	const char *python = find_python();
	if (!python)
		cr_skip_test("python3-jsonschema is not installed");
	return python;
}

/* A file with `text` in a fresh directory. */
struct log_file {
	char *directory, *path;
};

static struct log_file
log_file_make(const char *text, size_t size)
{
	struct log_file log = {.directory = run_scratch()};
	log.path = run_join_path(log.directory, "log");
	FILE *file = fopen(log.path, "we");
	cr_assert_not_null(file);
	cr_assert_eq(fwrite(text, 1, size, file), size);
	fclose(file);
	return log;
}

static void
log_file_remove(struct log_file *log)
{
	free(log->path);
	run_scratch_remove(log->directory);
}

/* Runs the checker over a log; `apis`, NULL-terminated, must occur. Returns what it printed, to be freed; NULL: nothing is wrong. */
static char *
problems_of(const char *text, size_t size, const char *const *apis)
{
	struct log_file log = log_file_make(text, size);
	const char *argv[ARGUMENTS_MAX] = {find_python(), SCRIPT("check_events.py"), SCHEMA, log.path};
	for (size_t i = 0; apis && apis[i]; i++)
		argv[4 + i] = apis[i];
	struct run run = {.argv = argv, .environment = script_environment, .timeout_s = 200};
	cr_assert_eq(run_program(&run), 0);
	char *problems = run.status != 0 ? strdup(run.output[0] ? run.output : run.errors) : NULL;
	run_free(&run);
	log_file_remove(&log);
	return problems;
}

/* The programs. */

struct program {
	const char *name;
	/* argv[0]: "demo:NAME", "victim:NAME", or what is in PATH */
	const char *argv[6];
	const char *environment[3];
	const char *const *apis; /* calls that must occur */
	bool any_status;
	size_t at_least; /* syscalls to be held against strace; 0: not done, since the program or its order varies */
};

static const char *const all_apis[] = {
	"pthread_create", "thrd_create", "fork",          "vfork",      "clone",    "posix_spawn", "posix_spawnp",
	"system",         "popen",       "forkpty",       "daemon",     "wordexp",  "unshare",     "setns",
	"timer_create",   "mq_notify",   "getaddrinfo_a", "lio_listio", "aio_read", "aio_write",   "aio_fsync",
	"execve",         "execv",       "execvp",        "execl",      NULL};

static const char pipelines[] =
	"for i in 1 2 3; do seq $i 40 | sort -n | tail -n 2 | cat; done; (echo sub; (echo shell)) | cat";

static const char python_subprocess[] = "import subprocess, threading, os\n"
					"subprocess.run(['echo', 'a'], stdout=subprocess.DEVNULL)\n"
					"subprocess.run('exit 5', shell=True)\n"
					"t = threading.Thread(target=os.getpid); t.start(); t.join()\n"
					"os.system('exit 1')\n";

static const struct program programs[] = {
	{.name = "sum_array_threads", .argv = {"demo:sum_array_threads", "8"}, .at_least = 8},
	{.name = "sum_array_processes", .argv = {"demo:sum_array_processes", "8"}, .at_least = 8},
	{.name = "clone_thread", .argv = {"demo:clone_thread"}, .at_least = 1},
	{.name = "clone_files", .argv = {"demo:clone_files"}, .at_least = 1},
	{.name = "clone_namespaces", .argv = {"demo:clone_namespaces"}, .at_least = 1},
	{.name = "copy_on_write", .argv = {"demo:copy_on_write"}, .at_least = 1},
	{.name = "posix_spawn", .argv = {"demo:posix_spawn"}, .at_least = 1},
	{.name = "thrd_create", .argv = {"demo:thrd_create"}, .at_least = 1},
	{.name = "vfork_exec", .argv = {"demo:vfork_exec"}, .at_least = 1},
	{.name = "every call", .argv = {"victim:every_call"}, .at_least = 6},
	{.name = "calls everything", .argv = {"victim:calls_everything"}, .apis = all_apis, .at_least = 60},
	{.name = "exits inside a call", .argv = {"victim:exits_inside_call"}},
	{.name = "refused thread", .argv = {"victim:thread_create_fails", "eagain"}, .at_least = 3},
	{.name = "refused clone", .argv = {"victim:thread_create_fails", "einval"}, .at_least = 2},
	{.name = "thread attributes", .argv = {"victim:thread_attributes"}, .at_least = 2},
	{.name = "smallest stacks", .argv = {"victim:thread_minimal_stack"}, .at_least = 2},
	{.name = "optional arguments", .argv = {"victim:clone_variadic_arguments"}, .at_least = 1},
	{.name = "shared TLS", .argv = {"victim:clone_vm_shared_tls"}},
	{.name = "new stack, then fork", .argv = {"victim:clone_new_stack_forks"}, .at_least = 8},
	{.name = "nested vfork", .argv = {"victim:vfork_nested"}, .at_least = 10},
	{.name = "vfork, then exec", .argv = {"victim:vfork_child_execs"}, .at_least = 5},
	{.name = "vfork, then calls", .argv = {"victim:vfork_child_creates"}},
	{.name = "spawn shares TLS", .argv = {"victim:spawn_shares_tls"}, .at_least = 8},
	{.name = "forks in threads", .argv = {"victim:fork_among_thread_creators"}},
	{.name = "forks in handlers", .argv = {"victim:fork_in_signal_handler"}},
	{.name = "forks on a signal stack", .argv = {"victim:fork_in_signal_handler", "altstack"}},
	{.name = "handlers among threads", .argv = {"victim:fork_in_signal_handler", "threads"}},
	{.name = "child goes on from a handler", .argv = {"victim:handler_child_goes_on"}},
	{.name = "longjmp", .argv = {"victim:longjmp_out_of_call"}},
	{.name = "cancelled fork", .argv = {"victim:cancelled_in_call", "fork"}},
	{.name = "cancelled vfork", .argv = {"victim:cancelled_in_call", "vfork"}},
	{.name = "cancelled clone", .argv = {"victim:cancelled_in_call", "clone"}},
	{.name = "forks at exit", .argv = {"victim:forks_at_exit"}, .at_least = 2},
	{.name = "threads at fork", .argv = {"victim:atfork_creates_threads"}},
	{.name = "before the constructor", .argv = {"victim:preinit_creates_thread"}, .at_least = 1},
	{.name = "closed descriptors", .argv = {"victim:closes_all_descriptors"}},
	{.name = "another root", .argv = {"victim:changes_root"}, .any_status = true},
	{.name = "syscalls of objects that are loaded later",
	 .argv = {"victim:loads_raw_syscalls", OBJECT("forks_in_constructor"),
		  OBJECT("forks_in_constructor_elsewhere")},
	 .at_least = 120},
	{.name = "changed loader", .argv = {"victim:changes_loader_text", OBJECT("makes_raw_syscall")}},
	{.name = "text that cannot be changed", .argv = {"victim:denies_executable_text", "seccomp", "/bin/true"}},
	{.name = "no probe",
	 .argv = {"victim:calls_everything"},
	 .environment = {"CLONESHIM_PROBE=off"},
	 .apis = all_apis},
	{.name = "full paths",
	 .argv = {"victim:calls_everything"},
	 .environment = {"CLONESHIM_PATH=full"},
	 .apis = all_apis},
	{.name = "full paths, and no patches",
	 .argv = {"victim:shell_calls"},
	 .environment = {"CLONESHIM_PATH=full", "CLONESHIM_PROBE=dispatch"}},
	{.name = "dispatch",
	 .argv = {"victim:calls_everything"},
	 .environment = {"CLONESHIM_PROBE=dispatch"},
	 .apis = all_apis},
	{.name = "clone3 is refused",
	 .argv = {"victim:every_call"},
	 .environment = {"CLONESHIM_INJECT=clone3:error=ENOSYS"}},
	{.name = "everything is refused",
	 .argv = {"demo:sum_array_processes", "3"},
	 .environment = {"CLONESHIM_INJECT=clone,vfork,clone3:error=EAGAIN"},
	 .any_status = true},
	{.name = "sometimes an unknown error",
	 .argv = {"demo:sum_array_threads", "3"},
	 .environment = {"CLONESHIM_INJECT=clone3:error=599:when=2"},
	 .any_status = true},
	{.name = "bash", .argv = {"bash", "-c", pipelines}, .at_least = 12},
	{.name = "dash", .argv = {"dash", "-c", pipelines}, .at_least = 12},
	{.name = "python", .argv = {"python3", "-c", python_subprocess}, .at_least = 3},
};

#define PROGRAM_COUNT (sizeof(programs) / sizeof(programs[0]))

static void
expand_argv(const struct program *program, const char **argv)
{
	const char *first = program->argv[0];
	*argv++ = strncmp(first, "demo:", 5) == 0     ? run_demo(first + 5)
		  : strncmp(first, "victim:", 7) == 0 ? run_victim(first + 7)
						      : first;
	for (size_t i = 1; program->argv[i]; i++)
		*argv++ = program->argv[i];
	*argv = NULL;
}

static void
run_in_json(const struct program *program, struct run *run)
{
	const char *argv[8];
	expand_argv(program, argv);
	*run = (struct run){.argv = argv, .environment = program->environment, .format = "json", .timeout_s = 100};
	if (!run_program_exists(argv[0]))
		cr_skip_test("%s is not installed", argv[0]);
	cr_assert_eq(run_program(run), 0);
	cr_assert(!run->timed_out, "%s: did not end", program->name);
	cr_assert(run->status == 0 || program->any_status, "%s: status %d: %s%s", program->name, run->status,
		  run->output, run->errors);
	run->argv = NULL;
}

/* The parameter is a line's number: pointers do not survive the way into Criterion's worker. */
static int numbers[PROGRAM_COUNT];

static struct criterion_test_params
all_programs(void)
{
	for (size_t i = 0; i < PROGRAM_COUNT; i++)
		numbers[i] = (int)i;
	return cr_make_param_array(int, numbers, PROGRAM_COUNT);
}

ParameterizedTestParameters(json, valid)
{
	return all_programs();
}

ParameterizedTest(int *number, json, valid, .timeout = 300)
{
	const struct program *program = &programs[*number];
	struct run run;
	need_python();
	run_in_json(program, &run);
	char *problems = problems_of(run.log, run.log_size, program->apis);
	cr_assert_null(problems, "%s: %s", program->name, problems);
	run_free(&run);
}

/* Against strace around the same process: byte for byte, task by task, in order. */

static bool
strace_works(void)
{
	const char *argv[] = {"strace", "-f", "-qq", "-o", "/dev/null", "true", NULL};
	struct run run = {.argv = argv, .timeout_s = 20};
	bool works = run_program_exists("strace") && run_program(&run) == 0 && run.status == 0;
	run_free(&run);
	return works;
}

static char *
as_strace(const char *path)
{
	const char *argv[] = {"python3", SCRIPT("as_strace.py"), path, NULL};
	struct run run = {.argv = argv, .environment = script_environment};
	cr_assert_eq(run_program(&run), 0);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	char *text = strdup(run.output);
	run_free(&run);
	return text;
}

static void
trace_with_both(const struct program *program, struct strace_log *expected, struct strace_log *found)
{
	char *logs = run_scratch(), *strace_path = run_join_path(logs, "strace"),
	     *json_path = run_join_path(logs, "json");
	char preload[1024], output[1024];
	snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", run_shim_path());
	snprintf(output, sizeof(output), "CLONESHIM_OUTPUT=%s", json_path);
	const char *argv[24] = {"strace", "-f", "-q",   "-e", "trace=clone,clone3,fork,vfork", "-o", strace_path, "-E",
				preload,  "-E", output, "-E", "CLONESHIM_FORMAT=json"};
	expand_argv(program, argv + 13);
	struct run run = {.argv = argv, .timeout_s = 150};
	cr_assert_eq(run_program(&run), 0);
	cr_assert(!run.timed_out, "%s: did not end under strace", program->name);
	char *strace_text = run_read_file(strace_path, NULL), *json_text = as_strace(json_path);
	strace_log_parse(expected, strace_text);
	strace_log_parse(found, json_text);
	free(strace_text);
	free(json_text);
	free(strace_path);
	free(json_path);
	run_free(&run);
	run_scratch_remove(logs);
}

ParameterizedTestParameters(json, same_as_strace)
{
	return all_programs();
}

ParameterizedTest(int *number, json, same_as_strace, .timeout = 300)
{
	const struct program *program = &programs[*number];
	struct strace_log expected, found;
	struct strace_difference difference;
	if (program->at_least == 0)
		return;
	if (!strace_works())
		cr_skip_test("strace is not installed, or ptrace is denied");
	trace_with_both(program, &expected, &found);
	strace_log_correct_parent_tid(&expected);
	strace_log_compare(&difference, &expected, &found);
	cr_assert(difference.missing + difference.extra + difference.different == 0,
		  "%s: %zu missing, %zu extra, %zu different:\n%s", program->name, difference.missing, difference.extra,
		  difference.different, difference.report);
	cr_assert_geq(difference.same, program->at_least, "%s: %zu syscalls compared, expected at least %zu",
		      program->name, difference.same, program->at_least);
	free(difference.report);
	strace_log_free(&expected);
	strace_log_free(&found);
}

/* What the log says of one program. */

static void
expect_in_log(const struct run *run, const char *part)
{
	cr_assert_not_null(strstr(run->log, part), "no %s in\n%.20000s", part, run->log);
}

Test(json, arguments_of_any_bytes)
{
	struct run run;
	run_in_json(&(struct program){.name = "calls_everything", .argv = {"victim:calls_everything"}}, &run);
	expect_in_log(&run,
		      "\"argv\":[\"true\",\"\\\"\\\\\\b\\f\\n\\r\\t\\u007f\",{\"hex\":\"c0af\"},{\"hex\":\"eda080\"},"
		      "{\"hex\":\"f4908080\"},\"caf\xc3\xa9\",\"\\u0085\",\"\\u2028\",{\"hex\":\"68616c66e282\"},\"\","
		      "\"{\\\"type\\\":\\\"call\\\"}\",{\"hex\":\"0102030405");
	/* cut after 200 bytes, between two characters of three bytes each */
	expect_in_log(&run, "\"path\":{\"text\":\"\xe2\x82\xac");
	expect_in_log(&run, "\xe2\x82\xac\",\"cut\":true},\"file_actions\":null");
	expect_in_log(&run, "\"argv\":{\"count\":256,\"first\":[{\"text\":\"\xe2\x82\xac");
	expect_in_log(&run, "\"path\":{\"hex\":\"2f6e6fff0a2f73756368\"}");
	expect_in_log(&run, "\"command\":{\"hex\":\"657869742033");
	expect_in_log(&run, "\"api\":\"execve\",\"caller\":{");
	expect_in_log(&run, "\"args\":{\"pathname\":{\"unreadable\":true},\"argv\":[\"true\"],\"envp\":{\"count\":");
	expect_in_log(&run, "\"args\":{\"pathname\":\"/bin/true\",\"argv\":[\"true\",{\"unreadable\":true}],");
	expect_in_log(&run, "\"args\":{\"pathname\":null,\"argv\":null,\"envp\":null}");
	expect_in_log(&run, "\"attrp\":{\"flags\":[\"POSIX_SPAWN_SETPGROUP\",\"POSIX_SPAWN_SETSIGDEF\","
			    "\"POSIX_SPAWN_SETSIGMASK\",\"POSIX_SPAWN_SETSCHEDULER\",\"POSIX_SPAWN_USEVFORK\"],"
			    "\"flags_value\":\"0x6e\",\"process_group\":0,\"signal_mask\":\"0x8000000000000200\"");
	run_free(&run);
}

Test(json, helper_threads_and_syscalls_apart)
{
	struct run run;
	run_in_json(&(struct program){.name = "calls_everything", .argv = {"victim:calls_everything"}}, &run);
	cr_expect_geq(run_count_matches(run.log, "\"type\":\"syscall\",\"call\":[0-9]+,\"helper_of\":\"timer_create\""),
		      3);
	cr_expect_eq(run_count_matches(run.log, "\"type\":\"call\".*\"api\":\"wordexp\".*\"syscalls_apart\":[1-9]"), 1);
	run_free(&run);
}

Test(json, daemon_is_told_by_both)
{
	struct run run;
	run_in_json(&(struct program){.name = "calls_everything", .argv = {"victim:calls_everything"}}, &run);
	cr_expect_eq(run_count_matches(run.log,
				       "\"api\":\"daemon\".*\"args\":\\{\"nochdir\":1,\"noclose\":1\\}.*\"outcome\":"
				       "\"in_child\",\"ret\":null.*\"child\":[0-9]+.*\"name\":\"clone\""),
		     1);
	cr_expect_eq(run_count_matches(run.log,
				       "\"api\":\"daemon\".*\"args\":null.*\"outcome\":\"returned\",\"ret\":0.*"
				       "\"begun_in\":\\{\"pid\":[0-9]+,\"id\":[0-9]+\\}"),
		     1);
	run_free(&run);
}

Test(json, calls_that_do_not_end)
{
	struct run run;
	run_in_json(&(struct program){.name = "exits_inside_call", .argv = {"victim:exits_inside_call"}}, &run);
	cr_expect_eq(
		run_count_matches(run.log,
				  "\"api\":\"system\".*\"args\":\\{\"command\":\"exec sleep 20\"\\}.*"
				  "\"outcome\":\"unfinished\",\"ret\":null.*\"child\":[0-9]+.*\"name\":\"clone3?\""),
		2, "%s", run.log);
	run_free(&run);
}

Test(json, injected_syscalls)
{
	struct run run;
	run_in_json(&(struct program){.name = "sum_array_threads",
				      .argv = {"demo:sum_array_threads", "1"},
				      .environment = {"CLONESHIM_INJECT=clone3:error=ENOSYS"}},
		    &run);
	expect_in_log(&run, "\"inject\":\"clone3:error=ENOSYS\"}");
	cr_expect_eq(
		run_count_matches(run.log,
				  "\"api\":\"pthread_create\".*\"name\":\"clone3\".*\"ret\":-38,\"error\":\"ENOSYS\","
				  "\"injected\":true.*\"name\":\"clone\".*\"ret\":[1-9]"),
		1, "%s", run.log);
	run_free(&run);
}

/* A pipe that several processes write to: no line is mixed with another. */
Test(json, into_a_pipe)
{
	char command[1024];
	snprintf(command, sizeof(command), "%s 2>&1 >/dev/null | cat", run_victim("fork_among_thread_creators"));
	const char *argv[] = {"sh", "-c", command, NULL};
	const char *const environment[] = {"CLONESHIM_OUTPUT=stderr", NULL};
	struct run run = {.argv = argv, .environment = environment, .format = "json", .timeout_s = 100};
	need_python();
	cr_assert_eq(run_program(&run), 0);
	cr_assert_eq(run.status, 0);
	cr_assert_gt(run_count_lines(run.output, "\"type\":\"call\""), 100);
	char *problems = problems_of(run.output, run.output_size, NULL);
	cr_assert_null(problems, "%s", problems);
	run_free(&run);
}

/* The checker sees what it is there for. */

Test(json, falsified_logs_are_refused)
{
	struct run run;
	const char *python = need_python();
	run_in_json(&(struct program){.name = "every_call", .argv = {"victim:every_call"}}, &run);
	struct log_file log = log_file_make(run.log, run.log_size);
	const char *argv[] = {python, SCRIPT("falsify_events.py"), SCHEMA, log.path, NULL};
	struct run check = {.argv = argv, .environment = script_environment};
	cr_assert_eq(run_program(&check), 0);
	cr_assert_eq(check.status, 0, "%s%s", check.output, check.errors);
	run_free(&check);
	log_file_remove(&log);
	run_free(&run);
}

Test(json, schema_agrees_with_the_table_of_calls)
{
	const char *argv[] = {need_python(), SCRIPT("check_schema.py"), SCHEMA,
			      RUN_SOURCE_DIRECTORY "/shim/decode/libc_calls.h", NULL};
	struct run run = {.argv = argv, .environment = script_environment};
	cr_assert_eq(run_program(&run), 0);
	cr_assert_eq(run.status, 0, "include/cloneshim/event.schema.json lacks:\n%s%s", run.output, run.errors);
	run_free(&run);
}
