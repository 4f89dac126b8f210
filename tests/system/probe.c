/* probe.c: where no syscall can be observed, the log says so and why, and claims nothing; the program runs. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "harness/victim_check.h"

TestSuite(probe, .timeout = 120);

static void
expect_not_observed(struct victim_runs *runs, const char *reason)
{
	const char *log = runs->text.log;
	expect_matches(log, 10, "pthread_create\\(.* called from ");
	expect_matches(log, 10, "pthread_create returned 0 .*syscall: not observed \\(.*%s.*\\)", reason);
	expect_matches(log, 1, "fork returned [0-9]+ .*syscall: not observed \\(.*%s.*\\)", reason);
	cr_assert_eq(runs->strace.log_size, 0, "%s", runs->strace.log);
	victim_free(runs);
}

Test(probe, switched_off)
{
	static const char *const off[] = {"CLONESHIM_PROBE=off", NULL};
	struct victim_runs runs;
	struct victim victim = {.name = "creates_threads", .environment = off, .not_observed = true};
	victim_check(&victim, NULL, &runs);
	expect_matches(runs.text.log, 1, "process: creates_threads .*probe off");
	expect_not_observed(&runs, "CLONESHIM_PROBE=off");
}

/* Where text cannot be changed, the kernel tells of the system calls instead, and the log says why. */
static void
check_text_denied(const char *how, const char *reason)
{
	struct victim_runs runs;
	char program[512];
	snprintf(program, sizeof(program), "%s", run_victim("creates_threads"));
	struct victim victim = {.name = "denies_executable_text", .arguments = {how, program}, .says_not_all = true};
	victim_check(&victim, reason, &runs);
	expect_matches(runs.text.log, 1, "module: libc.* probe dispatch from here on: .*may not be made executable");
	expect_matches(runs.text.log, 10, "pthread_create returned 0 .*: thread [0-9]+ on stack");
	expect_matches(runs.text.log, 10, "  clone3\\(.* = [0-9]+$");
	expect_matches(runs.text.log, 0, "not observed");
	victim_free(&runs);
}

Test(probe, text_denied_by_seccomp)
{
	check_text_denied("seccomp", "the kernel has no seccomp filters for us");
}

Test(probe, text_denied_by_prctl)
{
	check_text_denied("prctl", "the kernel has no PR_SET_MDWE (Linux 6.3)");
}

Test(probe, text_and_dispatch_denied)
{
	struct victim_runs runs;
	char program[512];
	snprintf(program, sizeof(program), "%s", run_victim("creates_threads"));
	struct victim victim = {.name = "denies_executable_text", .arguments = {"all", program}, .not_observed = true};
	victim_check(&victim, "the kernel has no seccomp filters for us", &runs);
	expect_matches(runs.text.log, 1, "module: libc.* probe off from here on: .*executable.*; .*Dispatch.*EPERM");
	expect_not_observed(&runs, "Syscall User Dispatch");
}

/* Whatever comes between the start and the first creation: it is observed, as the process line has it. */
static void
check_late(const char *way, const char *preload)
{
	struct victim victim = {.name = "creates_late", .arguments = {way}, .preload_after = preload};
	struct victim_runs runs;
	victim_check(&victim, "not offered here", &runs);
	expect_matches(runs.text.log, 1, "process: creates_late .*probe patch: ");
	expect_matches(runs.text.log, 0, "module: |syscall: not observed");
	victim_free(&runs);
}

Test(probe, sandbox_entered_by_prctl_before_the_first_creation)
{
	check_late("prctl", NULL);
}

Test(probe, sandbox_entered_by_seccomp_before_the_first_creation)
{
	check_late("seccomp", NULL);
}

Test(probe, text_denied_by_the_program_itself)
{
	check_late("mdwe", NULL);
}

Test(probe, first_creation_by_libcs_own_fork)
{
	check_late("plain", "forks_past_the_shim");
}

Test(probe, first_creation_by_an_old_name)
{
	check_late("_IO_popen", NULL);
}

/* Lines of /proc/self/maps that are libc's, of `cat` that reads them and of a shell that has forked before it does. */
static long
count_libc_mappings(const char *format, const char *preload, const char *command)
{
	struct run run = {
		.argv = (const char *[]){"bash", "-c", command, NULL}, .format = format, .preload_after = preload};
	cr_assert_eq(run_program(&run), 0, "%s", run.errors);
	long count = run_count_matches(run.output, "/libc\\.so\\.6$");
	cr_assert_gt(count, 3, "%s", run.output);
	run_free(&run);
	return count;
}

Test(probe, text_of_who_creates_nothing_is_left)
{
	const char *creates_nothing = "exec cat /proc/self/maps", *creates = "(:); echo \"$(</proc/$$/maps)\"";
	long bare = count_libc_mappings(NULL, NULL, creates_nothing);
	cr_expect_eq(count_libc_mappings("text", NULL, creates_nothing), bare);
	cr_expect_eq(count_libc_mappings(NULL, NULL, creates), bare);
	cr_expect_gt(count_libc_mappings("text", NULL, creates), bare);
}

/* Such a program may enter a sandbox unnoticed. */
Test(probe, text_of_who_makes_system_calls_itself_is_changed_at_once)
{
	const char *creates_nothing = "exec cat /proc/self/maps", *preload = run_preload("makes_raw_syscall");
	cr_expect_gt(count_libc_mappings("text", preload, creates_nothing),
		     count_libc_mappings(NULL, preload, creates_nothing));
}
