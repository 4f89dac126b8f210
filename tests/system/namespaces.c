/* namespaces.c: unshare and setns, and tasks whose ids inside are not those outside. */
#include <criterion/criterion.h>

#include "harness/victim_check.h"

TestSuite(namespaces, .timeout = 120);

Test(namespaces, changed_and_entered)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "changes_namespaces"}, "not permitted here", &runs);
	const char *log = runs.text.log;
	expect_no_orphans(log);
	expect_in_order(log,
			(const char *const[]){"\\] unshare\\(flags=CLONE_FS\\|CLONE_NEWUTS\\) called from ",
					      "\\] unshare returned 0 after ",
					      "\\] setns\\(fd=[0-9]+, nstype=CLONE_NEWUTS\\)", "\\] setns returned 0",
					      "\\] setns\\(fd=-1, nstype=0\\)", "\\] setns returned -1 EBADF",
					      "nstype=CLONE_NEWNET\\)", "\\] setns returned -1 EINVAL",
					      "\\] unshare\\(flags=0x7 .*\\)", "\\] unshare returned -1 EINVAL", NULL});
	/* the first process of a pid namespace is number 1 there, and says so */
	expect_matches(log, 2, "^\\[1\\] process: a copy of [0-9]+$");
	expect_matches(log, 2, "^\\[1\\]   clone3?\\(.*CLONE_THREAD.*\\) += 2$");
	expect_matches(log, 2, "^\\[1\\]   clone\\(.*\\) += 3$");
	expect_matches(log, 1, "\\]   clone\\(child_stack=0x[0-9a-f]+, flags=CLONE_NEWPID\\|SIGCHLD\\) += [0-9]+$");
	victim_free(&runs);
}
