/* strace_log_reading.c: the reader of strace's logs, on lines that strace 6.1 wrote. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "harness/strace_log.h"

static void
expect_log(const char *text, size_t count, const char *const lines[])
{
	struct strace_log log;
	strace_log_parse(&log, text);
	cr_assert_null(log.strange, "%s", log.strange);
	cr_assert_eq(log.count, count, "%zu lines", log.count);
	for (size_t i = 0; i < count; i++)
		cr_assert_str_eq(log.calls[i].line, lines[i]);
	strace_log_free(&log);
}

Test(strace_log, whole_lines_are_kept_as_they_are)
{
	expect_log("16652 vfork()                           = 16653\n"
		   "16653 +++ exited with 0 +++\n"
		   "16652 --- SIGCHLD {si_signo=SIGCHLD, si_pid=16653} ---\n"
		   "16652 clone(child_stack=NULL, flags=CLONE_THREAD) = -1 EINVAL (Invalid argument)\n"
		   "7     fork()                            = 8\n",
		   3,
		   (const char *const[]){
			   "16652 vfork()                           = 16653",
			   "16652 clone(child_stack=NULL, flags=CLONE_THREAD) = -1 EINVAL (Invalid argument)",
			   "7     fork()                            = 8",
		   });
}

Test(strace_log, cut_lines_are_joined)
{
	expect_log("4091  clone3({flags=CLONE_VM, tls=0x7f9d} <unfinished ...>\n"
		   "4137  +++ exited with 0 +++\n"
		   "4091  <... clone3 resumed> => {parent_tid=[4138]}, 88) = 4138\n"
		   "4091  vfork( <unfinished ...>\n"
		   "4139  clone(child_stack=NULL, flags=SIGCHLD <unfinished ...>\n"
		   "4139  <... clone resumed>, child_tidptr=0x7f) = 4140\n"
		   "4091  <... vfork resumed>)              = 4139\n",
		   3,
		   (const char *const[]){
			   "4091  clone3({flags=CLONE_VM, tls=0x7f9d} => {parent_tid=[4138]}, 88) = 4138",
			   "4139  clone(child_stack=NULL, flags=SIGCHLD, child_tidptr=0x7f) = 4140",
			   "4091  vfork()                           = 4139",
		   });
}

Test(strace_log, syscalls_that_the_program_never_saw_are_counted_apart)
{
	struct strace_log log;
	strace_log_parse(&log, "7     clone(child_stack=NULL, flags=SIGCHLD) = ? ERESTARTNOINTR (To be restarted)\n"
			       "7     --- SIGALRM {si_signo=SIGALRM, si_code=SI_KERNEL} ---\n"
			       "7     clone(child_stack=NULL, flags=SIGCHLD) = 8\n"
			       "7     vfork()                           = ?\n"
			       "7     +++ killed by SIGKILL +++\n"
			       "9     vfork( <unfinished ...>\n"
			       "9     <... vfork resumed> <unfinished ...>) = ?\n"
			       "10    vfork( <unfinished ...>\n");
	cr_assert_null(log.strange, "%s", log.strange);
	cr_assert_eq(log.count, 1);
	cr_assert_eq(log.restarted, 1);
	cr_assert_eq(log.died, 3);
	cr_assert_eq(log.notes, 2);
	strace_log_free(&log);
}

Test(strace_log, other_lines_are_reported)
{
	static const char *const strange[] = {"7     execve(\"/bin/true\", [\"true\"], 0x7ffe) = 0", "not a line",
					      "7     <... clone resumed>) = 8", "[7] fork() called from main"};
	for (size_t i = 0; i < 4; i++) {
		struct strace_log log;
		strace_log_parse(&log, strange[i]);
		cr_assert_not_null(log.strange, "%s", strange[i]);
		strace_log_free(&log);
	}
}

static void
compare(const char *expected_text, const char *found_text, struct strace_difference *difference)
{
	struct strace_log expected, found;
	strace_log_parse(&expected, expected_text);
	strace_log_parse(&found, found_text);
	strace_log_compare(difference, &expected, &found);
	strace_log_free(&expected);
	strace_log_free(&found);
}

Test(strace_log, tasks_may_interleave_but_not_change_their_own_order)
{
	struct strace_difference difference;
	compare("7     fork()                            = 8\n8     fork()                            = 9\n",
		"8     fork()                            = 9\n7     fork()                            = 8\n",
		&difference);
	cr_assert_eq(difference.same, 2);
	cr_assert_eq(difference.missing + difference.extra + difference.different, 0);
	free(difference.report);

	compare("7     fork()                            = 8\n7     fork()                            = 9\n",
		"7     fork()                            = 9\n7     fork()                            = 8\n",
		&difference);
	cr_assert_neq(difference.missing + difference.extra + difference.different, 0);
	free(difference.report);
}

Test(strace_log, each_kind_of_difference_is_told_apart)
{
	struct strace_difference difference;
	compare("7     fork()                            = 8\n7     fork()                            = 9\n",
		"7     fork()                            = 9\n", &difference);
	cr_assert_eq(difference.missing, 1);
	cr_assert_eq(difference.same, 1);
	cr_assert_str_eq(difference.report,
			 "  expected: 7     fork()                            = 8\n  found:    (nothing)\n");
	free(difference.report);

	compare("7     fork()                            = 8\n",
		"7     fork()                            = 8\n6     fork()                            = 7\n",
		&difference);
	cr_assert_eq(difference.extra, 1);
	cr_assert_eq(difference.same, 1);
	free(difference.report);

	/* a space less before the result */
	compare("7     fork()                            = 8\n", "7     fork()                           = 8\n",
		&difference);
	cr_assert_eq(difference.different, 1);
	cr_assert_eq(difference.same, 0);
	free(difference.report);
}

/* Only where the thread's own end overwrites the value; a wrong id anywhere else stays and is found. */
Test(strace_log, parent_tid_that_strace_read_too_late)
{
	static const struct {
		const char *line, *corrected;
	} cases[] = {
		{"7     clone3({flags=CLONE_VM|CLONE_CHILD_CLEARTID, child_tid=0x10, parent_tid=0x10} => "
		 "{parent_tid=[0]}, 88) = 8",
		 "7     clone3({flags=CLONE_VM|CLONE_CHILD_CLEARTID, child_tid=0x10, parent_tid=0x10} => "
		 "{parent_tid=[8]}, 88) = 8"},
		{"7     clone(child_stack=0x20, flags=CLONE_CHILD_CLEARTID, parent_tid=[9], tls=0x1, "
		 "child_tidptr=0x10) = 8",
		 "7     clone(child_stack=0x20, flags=CLONE_CHILD_CLEARTID, parent_tid=[8], tls=0x1, "
		 "child_tidptr=0x10) = 8"},
		{"7     clone3({flags=CLONE_VM|CLONE_CHILD_CLEARTID, child_tid=0x10, parent_tid=0x20} => "
		 "{parent_tid=[0]}, 88) = 8",
		 NULL},
		{"7     clone(child_stack=0x20, flags=CLONE_PARENT_SETTID, parent_tid=[9]) = 8", NULL},
		{"7     clone3({flags=CLONE_VM|CLONE_CHILD_CLEARTID, child_tid=0x10, parent_tid=0x10} => "
		 "{parent_tid=[8]}, 88) = 8",
		 NULL},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct strace_log log;
		strace_log_parse(&log, cases[i].line);
		cr_assert_eq(log.count, 1);
		cr_assert_eq(strace_log_correct_parent_tid(&log), cases[i].corrected != NULL, "%s", cases[i].line);
		cr_assert_str_eq(log.calls[0].line, cases[i].corrected ? cases[i].corrected : cases[i].line);
		strace_log_free(&log);
	}
}

Test(strace_log, summaries)
{
	static const struct {
		const char *line, *summary;
	} cases[] = {
		{"vfork()                           = 8", "7 vfork 8"},
		{"clone(child_stack=NULL, flags=SIGCHLD) = 8", "7 process 8"},
		{"clone3({flags=CLONE_VM|CLONE_THREAD} => {parent_tid=[8]}, 88) = 8", "7 thread 8"},
		{"clone3({flags=CLONE_VM|CLONE_VFORK}, 88) = 8 from no intercepted call, at libc", "7 spawn 8"},
		{"fork() = -1 EAGAIN (Resource temporarily unavailable)", "7 process -1 EAGAIN"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *summary = strace_line_summary(7, cases[i].line);
		cr_assert_str_eq(summary, cases[i].summary);
		free(summary);
	}
	cr_assert_null(strace_line_summary(7, "fork() called from main+0x4 (program+0x1234)"));
	cr_assert_null(strace_line_summary(7, "a new process"));
}

/* What strace 6.1 wrote of a thread that replaced the program while its creator was on its way back from clone3. */
Test(strace_log, tasks_that_are_killed_tell_no_more)
{
	struct strace_log expected, found;
	strace_log_parse(&expected, "7     vfork()                           = 8\n"
				    "7     clone3({flags=CLONE_VM, tls=0x7f9d}, 88) = 9\n"
				    "9     +++ superseded by execve in pid 7 +++\n"
				    "7     +++ superseded by execve in pid 9 +++\n"
				    "10    vfork()                           = 11\n"
				    "10    +++ killed by SIGKILL +++\n"
				    "12    vfork()                           = 13\n"
				    "12    +++ exited with 0 +++\n");
	strace_log_parse(&found, "10    vfork()                           = 11\n");
	cr_assert_eq(strace_log_drop_last_words(&expected, &found), 1); /* 10 did tell, and 12 had all the time */
	cr_assert_eq(expected.count, 3);
	cr_assert_str_eq(expected.calls[0].line, "7     vfork()                           = 8");
	cr_assert_str_eq(expected.calls[1].line, "10    vfork()                           = 11");
	strace_log_free(&expected);
	strace_log_free(&found);
}
