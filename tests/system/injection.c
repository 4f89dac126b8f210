/*
 * injection.c: CLONESHIM_INJECT against strace's own -e inject=, over the same program: it prints the same, it ends the same, and
 * the two logs have the same lines, ids and addresses apart.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/strace_log.h"
#include "harness/victim_check.h"

TestSuite(injection, .timeout = 120);

/* What is made to fail, and how the program creation_results makes its tasks. */
struct injection {
	const char *how;
	const char *expressions[3]; /* strace takes one at a time, the shim all of them with `;` between */
	long injected;              /* lines marked (INJECTED) in each log */
};

static const struct injection injections[] = {
	/* glibc falls back to clone, for threads and for posix_spawn */
	{"in_turn", {"clone3:error=ENOSYS"}, 12},
	{"threads", {"clone3:error=ENOSYS"}, 14},
	{"in_turn", {"clone3:error=EAGAIN"}, 12},
	{"in_turn", {"clone3:error=11"}, 12},
	{"in_turn", {"clone3:error=ENOMEM:when=2"}, 1},
	{"in_turn", {"clone3:error=EPERM:when=3+"}, 10},
	{"in_turn", {"clone3:error=EINVAL:when=2+3"}, 4},
	{"in_turn", {"clone3:error=ENOSPC:when=4..7"}, 4},
	{"in_turn", {"clone3:error=EAGAIN:when=2..8+2"}, 4},
	{"in_turn", {"clone:error=EAGAIN"}, 6},
	{"in_turn", {"vfork:error=ENOMEM:when=2+2"}, 3},
	{"in_turn", {"clone,vfork:error=EAGAIN:when=3"}, 2},
	{"in_turn", {"clone3:error=ENOSYS:when=1..3", "clone:error=ENOMEM:when=2+", "vfork:error=EPERM"}, 3 + 8 + 6},
	{"in_turn", {"clone3:error=ENOSYS", "clone:error=ENOSYS"}, 12 + 18},
	{"in_turn", {"clone3:error=4000"}, 12}, /* a number without a name */
	{"in_turn", {"fork:error=EAGAIN"}, 0},  /* libc does not make it */
	{"threads", {"clone3:error=EAGAIN:when=3"}, 2},
	{"threads", {"clone3:error=EAGAIN:when=3+2"}, 4},
	{"children", {"clone3:error=EAGAIN:when=2"}, 3},
	{"children", {"clone:error=EAGAIN:when=2", "clone3:error=ENOSYS:when=2"}, 2},
};

#define TAKEN (-1) /* in place of a task: its line has been used */
#define COUNT (sizeof(injections) / sizeof(injections[0]))

/* Numbers that differ between runs: addresses, and ids, which stand behind "= " and "[". */
static char *
mask_line(const char *line)
{
	char *masked;
	size_t size;
	FILE *out = open_memstream(&masked, &size);
	line += strcspn(line, " ");
	line += strspn(line, " ");
	while (*line) {
		bool is_id = isdigit((unsigned char)*line) && (line[-1] == '[' || (line[-1] == ' ' && line[-2] == '='));
		if (strncmp(line, "0x", 2) == 0 || is_id) {
			fputc('N', out);
			line += is_id ? strspn(line, "0123456789") : 2 + strspn(line + 2, "0123456789abcdef");
		} else {
			fputc(*line++, out);
		}
	}
	fclose(out);
	return masked;
}

static int
compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The lines of each task, in order, and the tasks in no particular one. */
static char *
tasks_without_ids(const char *text)
{
	struct strace_log log;
	strace_log_parse(&log, text);
	cr_assert_null(log.strange, "a line that is none of strace's: %s", log.strange);
	char **tasks = calloc(log.count + 1, sizeof(char *)), *all;
	size_t count = 0, size;
	for (size_t i = 0; i < log.count; i++) {
		int task = log.calls[i].task;
		if (task == TAKEN)
			continue;
		FILE *out = open_memstream(&tasks[count++], &size);
		for (size_t j = i; j < log.count; j++) {
			if (log.calls[j].task != task)
				continue;
			char *line = mask_line(log.calls[j].line);
			fprintf(out, "%s\n", line);
			free(line);
			log.calls[j].task = TAKEN;
		}
		fclose(out);
	}
	qsort(tasks, count, sizeof(char *), compare_strings);
	FILE *out = open_memstream(&all, &size);
	for (size_t i = 0; i < count; i++) {
		fprintf(out, "task:\n%s", tasks[i]);
		free(tasks[i]);
	}
	fclose(out);
	free(tasks);
	strace_log_free(&log);
	return all;
}

static void
run_under_strace(const struct injection *injection, struct run *run, char **log)
{
	char *directory = run_scratch(), *path = run_join_path(directory, "log"), made[3][128];
	const char *argv[20] = {"strace", "-f", "-q", "-e", "trace=clone,clone3,fork,vfork", "-o", path};
	int count = 7;
	for (int i = 0; i < 3 && injection->expressions[i]; i++) {
		snprintf(made[i], sizeof(made[i]), "inject=%s", injection->expressions[i]);
		argv[count++] = "-e";
		argv[count++] = made[i];
	}
	argv[count++] = run_victim("creation_results");
	argv[count++] = injection->how;
	*run = (struct run){.argv = argv};
	cr_assert_eq(run_program(run), 0);
	if (strstr(run->errors, "ptrace(PTRACE_TRACEME, ...): Operation not permitted"))
		cr_skip_test("injection: ptrace is denied");
	run->argv = NULL;
	*log = run_read_file(path, NULL);
	cr_assert_not_null(*log, "%s", run->errors);
	free(path);
	run_scratch_remove(directory);
}

static void
run_under_shim(const struct injection *injection, const char *format, struct run *run)
{
	char variable[512] = "CLONESHIM_INJECT=";
	for (int i = 0; i < 3 && injection->expressions[i]; i++)
		snprintf(variable + strlen(variable), sizeof(variable) - strlen(variable), "%s%s", i ? ";" : "",
			 injection->expressions[i]);
	const char *environment[] = {variable, NULL};
	const char *argv[] = {run_victim("creation_results"), injection->how, NULL};
	*run = (struct run){.argv = argv, .format = format, .environment = environment};
	cr_assert_eq(run_program(run), 0);
	run->argv = NULL;
}

static void
expect_same_run(const struct run *found, const struct run *expected, const char *variable)
{
	cr_assert_eq(found->status, expected->status, "%s: status %d, under strace %d:\n%s", variable, found->status,
		     expected->status, found->errors);
	cr_assert_str_eq(found->output, expected->output, "%s: output:\n%s\nunder strace:\n%s", variable, found->output,
			 expected->output);
	cr_assert_str_eq(found->errors, expected->errors, "%s: errors: %s", variable, found->errors);
}

/* The parameter is a line's number: pointers do not survive the way into Criterion's worker. */
ParameterizedTestParameters(injection, as_strace_does)
{
	static int numbers[COUNT];
	for (size_t i = 0; i < COUNT; i++)
		numbers[i] = (int)i;
	return cr_make_param_array(int, numbers, COUNT);
}

ParameterizedTest(int *number, injection, as_strace_does, .timeout = 120)
{
	const struct injection *injection = &injections[*number];
	struct run strace, shim, text;
	char *strace_log;
	if (!run_program_exists("strace"))
		cr_skip_test("injection: strace is not installed");
	run_under_strace(injection, &strace, &strace_log);
	run_under_shim(injection, "strace", &shim);
	expect_same_run(&shim, &strace, injection->expressions[0]);
	char *expected = tasks_without_ids(strace_log), *found = tasks_without_ids(shim.log);
	cr_assert_str_eq(found, expected, "%s: the shim's log:\n%s\nstrace's:\n%s", injection->expressions[0], found,
			 expected);
	expect_matches(shim.log, injection->injected, " = -1 .*\\(INJECTED\\)$");

	/* for people, too */
	run_under_shim(injection, "text", &text);
	expect_same_run(&text, &strace, injection->expressions[0]);
	expect_matches(text.log, injection->injected, "\\]   +(clone3?|vfork)\\(.* = -1 .*\\(INJECTED\\)$");
	char shown[128];
	snprintf(shown, sizeof(shown), "; inject %s", injection->expressions[0]);
	cr_assert_geq(run_count_lines(text.log, shown), 1, "no line with %s in\n%s", shown, text.log);
	expect_no_orphans(text.log);
	free(expected);
	free(found);
	free(strace_log);
	run_free(&strace);
	run_free(&shim);
	run_free(&text);
}

/* On a kernel without clone3, as it were: glibc's pthread_create tries it, and then makes the thread by clone. */
Test(injection, fallback_stands_under_one_call)
{
	struct run run;
	run_under_shim(&(struct injection){"in_turn", {"clone3:error=ENOSYS"}, 0}, "text", &run);
	expect_in_order(run.log,
			(const char *const[]){
				"^\\[[0-9]+\\] pthread_create\\(",
				"^\\[[0-9]+\\]   clone3\\(\\{.*CLONE_THREAD.*\\) = -1 ENOSYS "
				"\\(Function not implemented\\) \\(INJECTED\\)$",
				"^\\[[0-9]+\\]   clone\\(child_stack=0x.*CLONE_THREAD.*\\) = [0-9]+$",
				"^\\[[0-9]+\\] pthread_create returned 0 after .*: thread [0-9]+ on a stack below 0x",
				"^\\[[0-9]+\\] posix_spawnp\\(",
				"^\\[[0-9]+\\]   clone3\\(.*CLONE_VFORK.*\\(INJECTED\\)$",
				"^\\[[0-9]+\\]   clone\\(child_stack=0x.*CLONE_VFORK.* = [0-9]+$",
				"^\\[[0-9]+\\] posix_spawnp returned 0 after .*: process ", NULL});
	run_free(&run);
}

/* libc's result and the syscall's, both. */
Test(injection, error_reaches_the_caller)
{
	struct run run;
	run_under_shim(&(struct injection){"in_turn", {"clone3,clone,vfork:error=EAGAIN"}, 0}, "text", &run);
	expect_matches(run.log, 6, "pthread_create returned EAGAIN");
	expect_matches(run.log, 6, "\\] fork returned -1 EAGAIN");
	expect_matches(run.log, 6, "posix_spawnp returned EAGAIN");
	expect_matches(run.log, 24, "\\(INJECTED\\)$");
	expect_matches(run.log, 0, "\\) += [0-9]+$");
	run_free(&run);
}

/* What cannot be used costs one line, and the program runs on as if it had not been there. */
static const char *const bad_expressions[] = {
	"",
	"clone3",
	"clone3:when=1",
	"clone3:error=NOSUCH",
	"clone3:error=0",
	"clone3:error=4096",
	"clone3:error=ENOSYS:when=0",
	"clone3:error=ENOSYS:when=3..2",
	"clone3:error=ENOSYS:when=1+0",
	"clone3:error=ENOSYS:when=70000",
	"clone3:error=ENOSYS:error=EPERM",
	"clone3:error=ENOSYS ",
	"clone3:error=ENOSYS;",
	"read:error=EIO",
	"clone3:retval=5",
	"clone3:error=ENOSYS;clone:error",
	"\x1b[31m\xff",
};

#define BAD_COUNT (sizeof(bad_expressions) / sizeof(bad_expressions[0]))

ParameterizedTestParameters(injection, bad_expression)
{
	static int numbers[BAD_COUNT];
	for (size_t i = 0; i < BAD_COUNT; i++)
		numbers[i] = (int)i;
	return cr_make_param_array(int, numbers, BAD_COUNT);
}

ParameterizedTest(int *number, injection, bad_expression, .timeout = 120)
{
	const char *expression = bad_expressions[*number];
	struct run bare, shim;
	const char *argv[] = {run_victim("creation_results"), NULL};
	bare = (struct run){.argv = argv};
	cr_assert_eq(run_program(&bare), 0);
	run_under_shim(&(struct injection){"in_turn", {expression}, 0}, "strace", &shim);
	cr_assert_eq(shim.status, 0, "%s", shim.errors);
	cr_assert_str_eq(shim.output, bare.output, "%s", shim.output);
	cr_assert_eq(run_count_lines(shim.errors, NULL), 1 + 6, "%s",
		     shim.errors); /* each image that is spawned, too */
	expect_matches(shim.errors, 7,
		       "^cloneshim: CLONESHIM_INJECT=.*: expected SYSCALL.*:error=ERRNO.*; using none$");
	expect_matches(shim.log, 0, "INJECTED");
	expect_matches(shim.log, 24, " = [0-9]+$");
	run_free(&bare);
	run_free(&shim);
}
