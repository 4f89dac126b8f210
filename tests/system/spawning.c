/* spawning.c: the libc calls that start programs or fork on the caller's behalf: what each was asked, and what it became. */
#include <criterion/criterion.h>

#include "harness/victim_check.h"

TestSuite(spawning, .timeout = 120);

#define SPAWNED "^\\[[0-9]+\\]   clone3?\\(.*CLONE_VM\\|CLONE_VFORK.*\\) += [0-9]+$"

Test(spawning, actions_and_attributes)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "spawn_attributes"}, NULL, &runs);
	const char *log = runs.text.log;
	expect_no_orphans(log);
	expect_matches(log, 7, SPAWNED);
	expect_in_order(
		log, (const char *const[]){
			     "\\] posix_spawnp\\(pid=0x[0-9a-f]+, file=\"sh\", file_actions=3 actions, attrp=NULL, "
			     "argv=\\[\"sh\", \"-c\", \"echo .*\"\\], envp=2 variables\\) called from ",
			     SPAWNED, "\\] posix_spawnp returned 0 after .*: process [0-9]+ on stack .*mapped by libc",
			     NULL});
	expect_in_order(
		log, (const char *const[]){
			     "\\] posix_spawn\\(pid=0x[0-9a-f]+, path=\"/bin/sh\", file_actions=NULL, "
			     "attrp=\\{SETPGROUP\\|SETSIGDEF\\|SETSIGMASK\\|SETSCHEDULER, process group 0, "
			     "blocked SIGUSR1, defaulted SIGINT, policy SCHED_OTHER, priority 0\\}, argv=\\[\"sh\", ",
			     SPAWNED, "\\] posix_spawn returned 0 after .*: process [0-9]+ ", NULL});
	victim_free(&runs);
}

/* No byte of an argument gets raw into the log, long ones and many are cut, and the cut is marked. */
Test(spawning, hostile_arguments)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "spawn_attributes"}, NULL, &runs);
	expect_matches(runs.text.log, 1,
		       "argv=\\[\"true\", \"\", \"quote\\\\x22 back\\\\x5c \\\\x0a\\\\x1b\\[31m\\\\xff\", "
		       "\"x{200}\"…, \"n0\", .*, … 28 more\\], envp=NULL\\)");
	victim_free(&runs);
}

/* The error is the child's, told through the memory that both share. */
Test(spawning, what_is_refused)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "spawn_attributes"}, NULL, &runs);
	const char *log = runs.text.log;
	expect_in_order(log, (const char *const[]){"path=\"/no/such/program\"", SPAWNED,
						   "posix_spawn returned ENOENT \\(No such file or directory\\) after",
						   "path=\"/\"", SPAWNED, "posix_spawn returned EACCES",
						   "path=not readable", SPAWNED, "posix_spawn returned EFAULT",
						   "envp=not readable", SPAWNED, "posix_spawn returned EFAULT", NULL});
	victim_free(&runs);
}

Test(spawning, pidfd)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "pidfd_spawns"}, "glibc has it from 2.39 on", &runs);
	expect_no_orphans(runs.text.log);
	expect_in_order(runs.text.log,
			(const char *const[]){"\\] pidfd_spawn\\(pidfd=0x", SPAWNED, "\\] pidfd_spawn returned 0",
					      "\\] pidfd_spawnp\\(pidfd=0x", SPAWNED, "\\] pidfd_spawnp returned 0",
					      NULL});
	victim_free(&runs);
}

Test(spawning, shell)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "shell_calls", .says_not_all = true}, NULL, &runs);
	const char *log = runs.text.log;
	expect_no_orphans(log);
	expect_in_order(log, (const char *const[]){"\\] system\\(command=NULL\\)", SPAWNED,
						   "\\] system returned 1 after", "\\] system\\(command=\"exit 6\"\\)",
						   SPAWNED, "\\] system returned exit status 6 after .*: process ",
						   "\\] system\\(command=\"kill -TERM", SPAWNED,
						   "\\] system returned SIGTERM after .*: process ",
						   "\\] system\\(command=\"no-such", SPAWNED,
						   "\\] system returned exit status 127 after", NULL});
	expect_in_order(log, (const char *const[]){"\\] popen\\(command=\"echo text\", type=\"r\"\\)", SPAWNED,
						   "\\] popen returned 0x[0-9a-f]+ after .*: process ",
						   "\\] popen\\(.*, type=\"we\"\\)", SPAWNED, "\\] popen returned 0x",
						   "\\] popen\\(command=\"true\", type=\"neither\"\\)",
						   "\\] popen returned NULL EINVAL \\(Invalid argument\\)", NULL});
	expect_in_order(log,
			(const char *const[]){"\\] wordexp\\(s=\"plain words\", p=0x[0-9a-f]+, flags=4\\)",
					      "\\] wordexp returned 0 after [^:]*$",
					      "\\] wordexp\\(s=\"\\$\\(echo one two\\) three\"", SPAWNED,
					      "\\] wordexp returned 0 after .*: process ", "\\] wordexp\\(s=\"a | b\"",
					      "\\] wordexp returned 2 after [^:]*$", NULL});
	victim_free(&runs);
}

Test(spawning, forkpty_and_daemon)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "shell_calls", .says_not_all = true}, NULL, &runs);
	const struct run *run = &runs.text;
	expect_in_order(run->log, (const char *const[]){"\\] forkpty\\(amaster=0x.*, name=0x.*, termp=NULL, winp=0x",
							"\\]   clone\\(child_stack=NULL, .*\\) += [0-9]+$",
							"\\] forkpty returned [1-9][0-9]* after .*: process ", NULL});
	/* shown by the process that ends in it, and ended by the one that goes on */
	expect_matches(run->log, 1, "^\\[[0-9]+\\] daemon\\(nochdir=0, noclose=1\\) called from ");
	expect_matches(run->log, 1, "^\\[[0-9]+\\]   clone\\(.*\\) += %lu$", victim_fact(run, "daemon"));
	expect_matches(run->log, 1, "^\\[%lu\\] daemon returned 0 after ", victim_fact(run, "daemon"));
	victim_free(&runs);
}
