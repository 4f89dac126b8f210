/* loading.c: objects that dlopen brings while the program runs, and takes away again: named, and searched for creation syscalls. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "harness/victim_check.h"

TestSuite(loading, .timeout = 180);

#define OBJECT(name) RUN_BUILD_DIRECTORY "/tests/preloads/" name ".so"

/* Where a start routine stands, and who calls, is named as long as it is there. */
Test(loading, objects_are_named)
{
	struct victim_runs runs;
	struct victim victim = {.name = "unloads_start_routine",
				.arguments = {OBJECT("start_routine"), OBJECT("creates_in_constructor")},
				.says_not_all = true};
	victim_check(&victim, NULL, &runs);
	const char *log = runs.text.log;
	expect_no_orphans(log);
	expect_matches(log, 20,
		       "pthread_create\\(.*start_routine=start_routine \\(start_routine.so\\+0x[0-9a-f]+\\), ");
	expect_matches(log, 20, "pthread_create\\(.* called from start_routine\\+0x.* \\(start_routine.so\\+0x");
	expect_matches(log, 20, "fork\\(\\) called from start_routine\\+0x.* \\(start_routine.so\\+0x");
	victim_free(&runs);
}

static void
check_while_threads_are_made(const char *object)
{
	struct victim_runs runs;
	struct victim victim = {.name = "loads_while_creating", .arguments = {object}, .says_not_all = true};
	victim_check(&victim, NULL, &runs);
	expect_matches(runs.text.log, (long)victim_fact(&runs.text, "threads"),
		       "pthread_create returned 0 .*: thread ");
	expect_matches(runs.strace.log, (long)victim_fact(&runs.strace, "threads"), "CLONE_THREAD.* = [0-9]+$");
	victim_free(&runs);
}

Test(loading, while_threads_are_made)
{
	check_while_threads_are_made(OBJECT("start_routine"));
}

/* Each of the loads is patched. */
Test(loading, sites_while_threads_are_made)
{
	check_while_threads_are_made(OBJECT("makes_raw_syscall"));
}

/* From the constructor on; and stubs are to be had again when what they served is gone. */
Test(loading, sites_are_observed)
{
	struct victim_runs runs;
	struct victim victim = {
		.name = "loads_raw_syscalls",
		.arguments = {OBJECT("forks_in_constructor"), OBJECT("forks_in_constructor_elsewhere")},
	};
	victim_check(&victim, NULL, &runs);
	const char *log = runs.text.log;
	cr_expect_gt(victim_fact(&runs.text, "replacements"), 0, "no object came to lie at another's place");
	expect_matches(log, 30, "module: forks_in_constructor.so \\(/.*\\): 1 site \\(fork in fork_without_libc\\)$");
	expect_matches(log, 60, "\\] fork\\(\\) = .* at fork_without_libc\\+.* \\(forks_in_constructor.so\\+");
	expect_matches(log, 60,
		       "\\] fork\\(\\) = .* at fork_without_libc\\+.* \\(forks_in_constructor_elsewhere.so\\+");
	victim_free(&runs);
}

/* What is not as it is known is left as it is. */
Test(loading, changed_loader_is_left_alone)
{
	struct victim_runs runs;
	struct victim victim = {
		.name = "changes_loader_text", .arguments = {OBJECT("makes_raw_syscall")}, .not_observed = true};
	victim_check(&victim, NULL, &runs);
	expect_matches(runs.text.log, 1,
		       "module: ld-.*: what dlopen brings is not searched: the function .* is not empty$");
	victim_free(&runs);
}

Test(loading, copied_in_the_midst)
{
	struct victim_runs runs;
	struct victim victim = {.name = "forks_while_loading",
				.arguments = {OBJECT("makes_raw_syscall"), OBJECT("forks_in_constructor")},
				.says_not_all = true};
	victim_check(&victim, NULL, &runs);
	expect_matches(runs.text.log, 150, "\\] fork\\(\\) = .* \\(makes_raw_syscall.so\\+");
	victim_free(&runs);
}
