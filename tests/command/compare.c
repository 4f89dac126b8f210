/* compare.c: `cloneshim compare`: what programs are known to do, side by side, and its flags against strace's. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/command_check.h"
#include "command/terminal.h"

TestSuite(compare, .timeout = 120);

#define ARGUMENTS_MAX 24

static void
record_with(const char *trace, const char *setting, const char *const *argv)
{
	char path[1100], preload[1100];
	const char *environment[] = {path, preload, setting, NULL};
	struct run run = {.argv = argv, .environment = environment};

	snprintf(path, sizeof(path), "CLONESHIM_TRACE=%s", trace);
	snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", run_shim_path());
	cr_assert_eq(run_program(&run), 0);
	cr_assert_eq(run.status, 0, "%s: status %d: %s", argv[0], run.status, run.errors);
	run_free(&run);
}

#define RECORD(trace, setting, ...) record_with(trace, setting, (const char *[]){__VA_ARGS__, NULL})

/* Two traces in a directory of their own. */
struct pair {
	char *directory, *left, *right;
};

static void
make_pair(struct pair *pair)
{
	pair->directory = run_scratch();
	pair->left = run_join_path(pair->directory, "left");
	pair->right = run_join_path(pair->directory, "right");
}

static void
free_pair(struct pair *pair)
{
	free(pair->left);
	free(pair->right);
	run_scratch_remove(pair->directory);
}

static void
expect_lines(const char *output, size_t times, const char *const *lines)
{
	for (size_t i = 0; lines[i] != NULL; i++)
		cr_expect_eq(run_count_matches(output, lines[i]), times, "not \"%s\" %zu times in:\n%s", lines[i],
			     times, output);
}

#define EXPECT(output, ...) expect_lines(output, 1, (const char *[]){__VA_ARGS__, NULL})
#define EXPECT_NOT(output, ...) expect_lines(output, 0, (const char *[]){__VA_ARGS__, NULL})
#define COMPARE(run, ...) command_run_well(run, (const char *[]){"compare", __VA_ARGS__, NULL})

static json_t *
compare_as_json(const char *const *more)
{
	const char *arguments[ARGUMENTS_MAX] = {"compare", "--json"};
	struct run run = {0};
	json_error_t error;
	json_t *object;

	for (size_t i = 0; more[i] != NULL; i++)
		arguments[2 + i] = more[i];
	command_run(&run, arguments); /* programs that it runs may say something */
	cr_assert_eq(run.status, 0, "%s", run.errors);
	object = json_loads(run.output, 0, &error);
	cr_assert_not_null(object, "%s: %s", error.text, run.output);
	run_free(&run);
	return object;
}

#define JSON(...) compare_as_json((const char *[]){__VA_ARGS__, NULL})

static const json_t *
section(const json_t *object, size_t index)
{
	const json_t *found = json_array_get(json_object_get(object, "sections"), index);

	cr_assert_not_null(found, "no section %zu", index);
	return found;
}

/* The row of the section with this name; NULL: there is none. */
static const json_t *
row(const json_t *in, const char *name)
{
	const json_t *rows = json_object_get(in, "rows");

	for (size_t i = 0; i < json_array_size(rows); i++)
		if (strcmp(json_string_value(json_object_get(json_array_get(rows, i), "name")), name) == 0)
			return json_array_get(rows, i);
	return NULL;
}

/* "" where it is null. */
static const char *
cell(const json_t *in, const char *name, size_t column)
{
	const char *text = json_string_value(json_array_get(json_object_get(row(in, name), "cells"), column));

	return text != NULL ? text : "";
}

static bool
differs(const json_t *in, const char *name)
{
	return json_is_true(json_object_get(row(in, name), "differs"));
}

Test(compare, threads_and_processes)
{
	struct pair pair;
	struct run run = {0};

	make_pair(&pair);
	RECORD(pair.left, NULL, run_demo("sum_array_threads"));
	RECORD(pair.right, NULL, run_demo("sum_array_processes"));
	COMPARE(&run, "--label", "threads", "--label", "processes", pair.left, pair.right);
	EXPECT(run.output, "^pthread_create, fork$", "^ +threads: +processes: fork$",
	       "^≠ CLONE_VM +yes +– +shares the caller's$", "^≠ CLONE_THREAD +yes +– +is a thread of the$",
	       "^≠ CLONE_CHILD_SETTID +– +yes ", "^  CLONE_CHILD_CLEARTID  yes +yes ", "^≠ exit signal +none +SIGCHLD ",
	       "^≠ stack +libc's +a copy of the", "^≠ TLS +its own +a copy of the", "^  of calls +none +none ");
	EXPECT_NOT(run.output, "\033", "^≠ in the call", "^No difference", "^With nothing");
	run_free(&run);
	free_pair(&pair);
}

/* The flags of the first creation that strace shows: "flags=A|B|C". Freed by the caller; skips without strace. */
static char *
flags_by_strace(const char *program)
{
	char *directory = run_scratch(), *path = run_join_path(directory, "log"), *text, *flags, *found;
	const char *argv[] = {"strace", "-f", "-e", "trace=clone,clone3", "-o", path, program, NULL};
	struct run run = {.argv = argv};

	cr_assert_eq(run_program(&run), 0);
	if (run.status != 0)
		cr_skip("strace does not work here: %s", run.errors);
	text = run_read_file(path, NULL);
	cr_assert_not_null(text);
	found = strstr(text, "flags=");
	cr_assert_not_null(found, "%s", text);
	found += strlen("flags=");
	flags = strndup(found, strcspn(found, ",}) "));
	free(text);
	run_free(&run);
	free(path);
	run_scratch_remove(directory);
	return flags;
}

static void
expect_flags(const json_t *in, size_t column, char *expected)
{
	const json_t *rows = json_object_get(in, "rows");
	size_t found = 0, count = 0;
	const char *flag;

	while ((flag = strsep(&expected, "|")) != NULL) {
		if (strncmp(flag, "CLONE_", 6) != 0)
			continue;
		cr_expect_str_eq(cell(in, flag, column), "yes", "%s", flag);
		count++;
	}
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *cells = json_object_get(json_array_get(rows, i), "cells");

		found += strcmp(json_string_value(json_object_get(json_array_get(rows, i), "group")), "flags") == 0 &&
			 strcmp(json_string_value(json_array_get(cells, column)), "yes") == 0;
	}
	cr_expect_eq(found, count, "%zu flags, strace has %zu", found, count);
}

Test(compare, flags_are_those_of_strace)
{
	char *threads = flags_by_strace(run_demo("sum_array_threads"));
	char *processes = flags_by_strace(run_demo("sum_array_processes"));
	struct pair pair;
	json_t *object;

	make_pair(&pair);
	RECORD(pair.left, NULL, run_demo("sum_array_threads"));
	RECORD(pair.right, NULL, run_demo("sum_array_processes"));
	object = JSON(pair.left, pair.right);
	expect_flags(section(object, 0), 0, threads);
	expect_flags(section(object, 0), 1, processes);
	json_decref(object);
	free_pair(&pair);
	free(threads);
	free(processes);
}

/* `cloneshim compare --run` of a program with an argument, twice or more. */
static char *
command_of(const char *program, const char *argument)
{
	char *command;

	cr_assert_geq(asprintf(&command, "%s %s", run_victim(program), argument), 0);
	return command;
}

Test(compare, four_ways_to_start_a_program)
{
	static const char *const ways[] = {"posix_spawn", "fork", "vfork", "system"};
	const char *arguments[ARGUMENTS_MAX] = {NULL};
	const json_t *in, *columns;
	char *commands[4];
	json_t *object;

	for (size_t i = 0; i < 4; i++) {
		commands[i] = command_of("starts_a_program", ways[i]);
		arguments[2 * i] = "--run";
		arguments[2 * i + 1] = commands[i];
	}
	object = compare_as_json(arguments);
	in = section(object, 0);
	columns = json_object_get(in, "columns");
	cr_assert_eq(json_array_size(columns), 4);
	for (size_t i = 0; i < 4; i++) {
		const json_t *column = json_array_get(columns, i);

		cr_expect_str_eq(json_string_value(json_object_get(column, "call")), ways[i]);
		cr_expect_str_eq(json_string_value(json_object_get(column, "trace")), strrchr(commands[i], '/') + 1);
		cr_expect_eq(json_integer_value(json_object_get(column, "calls")), 1);
		cr_expect_str_eq(cell(in, "exit signal", i), "SIGCHLD");
	}
	cr_expect_not(differs(in, "exit signal"));
	cr_expect(differs(in, "CLONE_VM"));
	cr_expect_str_eq(cell(in, "CLONE_VM", 0), "yes");
	cr_expect_str_eq(cell(in, "CLONE_VM", 1), "–");
	cr_expect_str_eq(cell(in, "CLONE_VM", 2), "implied");
	cr_expect_str_eq(cell(in, "vfork", 2), "yes");
	cr_expect_str_eq(cell(in, "stack", 0), "libc's");
	cr_expect_str_eq(cell(in, "stack", 1), "a copy of the caller's");
	cr_expect_str_eq(cell(in, "stack", 2), "the caller's own");
	json_decref(object);
	for (size_t i = 0; i < 4; i++)
		free(commands[i]);
}

/* The interpreter itself, and not a script of that name that finds it; freed by the caller. Skips the test where it cannot be told not to
   use vfork: Python 3.11. */
static char *
real_python(void)
{
	const char *argv[] = {"python3", "-c",
			      "import subprocess, sys; print(subprocess._USE_VFORK and sys.executable)", NULL};
	struct run run = {.argv = argv};
	char *path;

	if (!run_program_exists("python3") || run_program(&run) != 0 || run.output[0] != '/')
		cr_skip_test("there is no python3 that uses vfork");
	path = strndup(run.output, strcspn(run.output, "\n"));
	run_free(&run);
	return path;
}

/* Each is the same line of Python, subprocess.run(); what it becomes is its library's choice. */
Test(compare, subprocesses_of_python)
{
	static const char format[] = "%s -c 'import subprocess; subprocess._USE_VFORK = %s; "
				     "subprocess.run([\"/bin/true\"])'";
	char *python = real_python(), *with_vfork, *without;
	const json_t *in;
	json_t *object;

	cr_assert(asprintf(&with_vfork, format, python, "True") > 0 && asprintf(&without, format, python, "False") > 0);
	object = JSON("--path", "full", "--run", with_vfork, "--run", without);
	in = section(object, 0);
	cr_expect_str_eq(cell(in, "vfork", 0), "yes");
	cr_expect_str_eq(cell(in, "clone", 1), "yes");
	cr_expect(differs(in, "CLONE_VM"));
	cr_expect_str_eq(cell(in, "CLONE_VM", 0), "implied");
	cr_expect_str_eq(cell(in, "CLONE_VM", 1), "–");
	cr_expect_str_eq(cell(in, "stack", 0), "the caller's own");
	cr_expect_str_eq(cell(in, "stack", 1), "a copy of the caller's");
	cr_expect_not(differs(in, "exit signal"));
	json_decref(object);
	free(python);
	free(with_vfork);
	free(without);
}

/* A clone3 that does not exist is followed by clone. */
Test(compare, what_is_injected)
{
	struct pair pair;
	const json_t *in;
	json_t *object;

	make_pair(&pair);
	RECORD(pair.left, NULL, run_victim("creates_one_by_one"), "3");
	RECORD(pair.right, "CLONESHIM_INJECT=clone3:error=ENOSYS", run_victim("creates_one_by_one"), "3");
	object = JSON(pair.left, pair.right);
	in = section(object, 0);
	if (row(in, "clone3 = ENOSYS (injected)") == NULL)
		cr_skip("this libc makes no clone3");
	cr_expect_str_eq(cell(in, "clone3", 0), "yes");
	cr_expect_str_eq(cell(in, "clone3", 1), "–");
	cr_expect_str_eq(cell(in, "clone3 = ENOSYS (injected)", 0), "–");
	cr_expect_str_eq(cell(in, "clone3 = ENOSYS (injected)", 1), "yes");
	cr_expect_str_eq(cell(in, "clone", 0), "–");
	cr_expect_str_eq(cell(in, "clone", 1), "yes");
	cr_expect_str_eq(cell(in, "of system calls", 1), "3 ENOSYS");
	cr_expect_str_eq(cell(in, "of calls", 1), "none");
	cr_expect_not(differs(in, "CLONE_THREAD"));
	cr_expect(json_is_true(json_object_get(in, "differs")));
	json_decref(object);
	free_pair(&pair);
}

/* Of four calls one took another path: it is said, and the other three are compared. */
Test(compare, the_most_frequent_path)
{
	struct pair pair;
	const json_t *in;
	json_t *object;

	make_pair(&pair);
	RECORD(pair.left, NULL, run_victim("creates_one_by_one"), "4");
	RECORD(pair.right, "CLONESHIM_INJECT=clone3:error=ENOSYS:when=2", run_victim("creates_one_by_one"), "4");
	object = JSON(pair.left, pair.right);
	in = section(object, 0);
	if (strcmp(cell(in, "clone3", 0), "yes") != 0)
		cr_skip("this libc makes no clone3");
	cr_expect_not(differs(in, "clone3"));
	cr_expect_null(row(in, "clone3 = ENOSYS (injected)"));
	cr_expect_str_eq(cell(in, "calls", 1), "4");
	cr_expect_str_eq(cell(in, "other paths", 0), "none");
	cr_expect_str_eq(cell(in, "other paths", 1), "1 call in 1");
	json_decref(object);
	free_pair(&pair);
}

Test(compare, equal_traces)
{
	const char *program = run_victim("creates_one_by_one");
	struct run run = {0};
	struct pair pair;
	json_t *object;

	make_pair(&pair);
	RECORD(pair.left, NULL, program, "2");
	RECORD(pair.right, NULL, program, "2");
	COMPARE(&run, pair.left, pair.right);
	EXPECT(run.output, "^No difference\\.$", "^creates_one_by_one, [^(]+:", "^creates_one_by_one, .+ \\(2\\):");
	EXPECT_NOT(run.output, "≠");
	run_free(&run);
	COMPARE(&run, "--only-differences", pair.left, pair.right);
	EXPECT(run.output, "^[0-9]+ rows are equal$");
	EXPECT_NOT(run.output, "≠", "CLONE_", "^  calls  ", "in the kernel");
	run_free(&run);
	object = JSON(pair.left, pair.right);
	cr_expect(json_is_false(json_object_get(section(object, 0), "differs")));
	json_decref(object);
	free_pair(&pair);
}

/* The first thread needs a stack; another one may get that of the one before. */
Test(compare, stack_of_the_first_thread_and_of_later_ones)
{
	char *first = command_of("creates_one_by_one", "1"), *hundred = command_of("creates_one_by_one", "100");
	const json_t *in, *map;
	json_t *object = JSON("--path", "full", "--run", first, "--run", hundred);

	free(first);
	free(hundred);
	if (!json_is_true(json_object_get(json_array_get(json_object_get(object, "traces"), 0), "full_paths")))
		cr_skip("the path of calls is not observed here");
	in = section(object, 0);
	map = row(in, "mmap(PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_STACK)");
	cr_assert_not_null(map, "no stack is mapped");
	cr_expect_str_eq(cell(in, json_string_value(json_object_get(map, "name")), 0), "yes");
	cr_expect_str_eq(cell(in, json_string_value(json_object_get(map, "name")), 1), "–");
	cr_expect_str_eq(cell(in, "rt_sigprocmask(SIG_BLOCK)", 0), "yes");
	cr_expect_str_eq(cell(in, "rt_sigprocmask(SIG_BLOCK)", 1), "yes");
	json_decref(object);
}

/* What was not recorded is not said to be missing. */
Test(compare, paths_of_creations_with_full_ones)
{
	struct pair pair;
	json_t *object;

	make_pair(&pair);
	RECORD(pair.left, NULL, run_victim("creates_one_by_one"), "1");
	RECORD(pair.right, "CLONESHIM_PATH=full", run_victim("creates_one_by_one"), "1");
	object = JSON(pair.left, pair.right);
	if (!json_is_true(json_object_get(json_array_get(json_object_get(object, "traces"), 1), "full_paths")))
		cr_skip("the path of calls is not observed here");
	cr_expect_str_eq(cell(section(object, 0), "rt_sigprocmask(SIG_BLOCK)", 1), "yes");
	cr_expect_str_empty(cell(section(object, 0), "rt_sigprocmask(SIG_BLOCK)", 0));
	cr_expect_not(differs(section(object, 0), "rt_sigprocmask(SIG_BLOCK)"));
	cr_expect(json_is_false(json_object_get(section(object, 0), "differs")));
	json_decref(object);
	free_pair(&pair);
}

Test(compare, calls_of_one_trace)
{
	struct pair pair;
	struct run run = {0};

	make_pair(&pair);
	RECORD(pair.left, NULL, run_victim("creates_all_sorts"), "2");
	COMPARE(&run, "--by", "api", pair.left);
	EXPECT(run.output, "^fork, posix_spawn, pthread_create, vfork$", "^≠ CLONE_THREAD +– +– +yes +–",
	       "^≠ exit signal +SIGCHLD +SIGCHLD +none +SIGCHLD", "^  calls +2 +2 +2 +2");
	run_free(&run);
	COMPARE(&run, "--by", "api", "--api", "fork", pair.left);
	EXPECT(run.output, "^With nothing to compare it with:$", "^fork \\(creates_all_sorts, .*, 2\\): fork: ");
	run_free(&run);
	free_pair(&pair);
}

Test(compare, sections_for_calls_in_common)
{
	struct pair pair;
	struct run run = {0};

	make_pair(&pair);
	RECORD(pair.left, NULL, run_victim("creates_all_sorts"), "1");
	RECORD(pair.right, NULL, run_victim("creates_one_by_one"), "1");
	COMPARE(&run, pair.left, pair.right);
	EXPECT(run.output, "^pthread_create$", "^fork \\(creates_all_sorts", "^vfork \\(creates_all_sorts");
	run_free(&run);
	COMPARE(&run, "--markdown", "--api", "pthread_create", "--label", "a|b", pair.left, pair.right);
	EXPECT(run.output, "^### pthread_create$", "^\\| \\| a\\\\\\|b \\| creates_one",
	       "^\\| --- \\| --- \\| --- \\| --- \\|$",
	       "^\\| CLONE_THREAD \\| yes \\| yes \\| is a thread of the caller's process \\|$");
	EXPECT_NOT(run.output, "^fork", "vfork");
	run_free(&run);
	free_pair(&pair);
}

/* Commands print to standard error, and leave nothing behind. */
Test(compare, commands)
{
	char *command = command_of("creates_one_by_one", "1"), *directory = run_scratch(), setting[1100];
	const char *argv[] = {command_path(), "compare", "--run", command, "--run", command, "--label", "first", NULL};
	const char *environment[] = {setting, NULL};
	struct run run = {.argv = argv, .environment = environment};

	snprintf(setting, sizeof(setting), "TMPDIR=%s", directory);
	cr_assert_eq(run_program(&run), 0);
	cr_expect_eq(run.status, 0, "%s", run.errors);
	cr_expect_str_eq(run.errors, "created one by one\ncreated one by one\n");
	EXPECT(run.output, "^No difference\\.$", "^first: /");
	EXPECT(run.output, "^creates_one_by_one 1: /");
	run_free(&run);
	cr_expect_eq(rmdir(directory), 0, "%s is not empty", directory);
	free(directory);
	free(command);
}

static size_t
width_of(const char *line, size_t length)
{
	size_t width = 0;

	for (size_t i = 0; i < length; i++)
		width += ((unsigned char)line[i] & 0xc0) != 0x80;
	return width;
}

Test(compare, fits_the_terminal)
{
	static const char *const widths[] = {"COLUMNS=40", "COLUMNS=80", "COLUMNS=120"};
	struct pair pair;

	make_pair(&pair);
	RECORD(pair.left, NULL, run_demo("sum_array_threads"));
	RECORD(pair.right, NULL, run_demo("sum_array_processes"));
	for (size_t i = 0; i < 3; i++) {
		const char *argv[] = {command_path(), "compare", pair.left, pair.right, NULL};
		const char *environment[] = {widths[i], NULL};
		struct run run = {.argv = argv, .environment = environment};
		const char *line;

		cr_assert_eq(run_program(&run), 0);
		line = strstr(run.output, "\n\n");
		cr_assert_not_null(line);
		for (line += 2; *line != '\0'; line += strcspn(line, "\n") + 1)
			cr_expect_leq(width_of(line, strcspn(line, "\n")), (size_t)atoi(widths[i] + 8), "%s: %.*s",
				      widths[i], (int)strcspn(line, "\n"), line);
		EXPECT_NOT(run.output, " $");
		run_free(&run);
	}
	free_pair(&pair);
}

Test(compare, differences_are_bold_on_a_terminal)
{
	const char *bold[] = {command_path(), "compare", "-d", NULL, NULL, NULL};
	const char *plain[] = {"/usr/bin/env", "NO_COLOR=1", command_path(), "compare", "-d", NULL, NULL, NULL};
	struct terminal terminal;
	struct pair pair;

	make_pair(&pair);
	RECORD(pair.left, NULL, run_demo("sum_array_threads"));
	RECORD(pair.right, NULL, run_demo("sum_array_processes"));
	bold[3] = plain[5] = pair.left;
	bold[4] = plain[6] = pair.right;
	terminal_start(&terminal, bold);
	terminal_expect(&terminal, 0, "\033[1m≠ CLONE_THREAD");
	terminal_expect(&terminal, 0, " are equal");
	cr_expect_eq(terminal_finish(&terminal), 0);
	terminal_start(&terminal, plain);
	terminal_expect(&terminal, 0, " are equal");
	cr_expect_eq(terminal_finish(&terminal), 0);
	cr_expect_null(strchr(terminal.text, '\033'));
	free_pair(&pair);
}

static void
expect_refusal(const char *const *arguments, const char *message)
{
	struct run run = {0};

	command_run(&run, arguments);
	cr_expect_eq(run.status, 2, "%s: status %d", message, run.status);
	cr_expect_eq(run_count_lines(run.errors, message), 1, "not \"%s\": %s", message, run.errors);
	cr_expect_eq(run_count_lines(run.errors, NULL), 1, "not one line: %s", run.errors);
	cr_expect_str_empty(run.output);
	run_free(&run);
}

#define REFUSES(message, ...) expect_refusal((const char *[]){"compare", __VA_ARGS__, NULL}, message)

Test(compare, bad_input)
{
	struct pair pair;

	make_pair(&pair);
	RECORD(pair.left, NULL, run_victim("creates_one_by_one"), "1");
	expect_refusal((const char *[]){"compare", NULL}, "expected two to 6 traces, or one with --by api");
	REFUSES("expected two to 6 traces, or one with --by api", pair.left);
	REFUSES("g: expected at most 6 traces and commands", "a", "b", "c", "d", "e", "f", "g");
	REFUSES("/no/such/trace: No such file or directory", pair.left, "/no/such/trace");
	REFUSES("/etc/passwd: not a cloneshim trace", pair.left, "/etc/passwd");
	REFUSES("--by luck: expected trace or api", "--by", "luck", pair.left);
	REFUSES("expected one trace with --by api", "--by", "api", pair.left, pair.left);
	REFUSES("--api luck: expected a libc call that is observed", "--api", "luck", pair.left, pair.left);
	REFUSES("fork: expected a call that is in one of the traces", "--api", "fork", pair.left, pair.left);
	REFUSES("--label c: expected at most one for each trace", "--label", "a", "--label", "b", "--label", "c",
		pair.left, pair.left);
	REFUSES("--json --markdown: expected one of them", "--json", "--markdown", pair.left, pair.left);
	REFUSES("--path luck: expected creation or full", "--path", "luck", pair.left, pair.left);
	REFUSES("--run true | cat: expected a command and its arguments", "--run", "true | cat", pair.left);
	REFUSES("expected a command and its arguments", "--run", " ", pair.left);
	REFUSES("/no/such/program: not found", "--run", "/no/such/program", pair.left);
	free_pair(&pair);
}
