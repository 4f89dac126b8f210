/* executing.c: the exec family. What arrives in the new program is compared by victim_check; here is what the log says of it. */
#include <criterion/criterion.h>

#include "harness/victim_check.h"

TestSuite(executing, .timeout = 120);

#define HOSTILE "\"quote\\\\x22 back\\\\x5c \\\\x0a\\\\x09\\\\x1b\\[31m\\\\xff\\\\xc3\""
#define ARGUMENTS "argv=\\[\"self\", \"shows\", \"\", " HOSTILE "\\]"
#define PROGRAM "\"[^\"]*/every_exec\""

Test(executing, every_function)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "every_exec", .says_not_all = true}, NULL, &runs);
	const char *log = runs.text.log;
	expect_no_orphans(log);
	expect_in_order(
		log,
		(const char *const[]){
			"\\] vfork\\(\\) called from ",
			"\\] execve\\(pathname=" PROGRAM ", " ARGUMENTS
			", envp=3 variables\\) called from every_exec\\+0x",
			"\\] execve\\(pathname=" PROGRAM ", " ARGUMENTS ", envp=NULL\\)",
			"\\] execv\\(pathname=" PROGRAM ", " ARGUMENTS "\\)",
			"\\] process: every_exec ",
			"\\] execvp\\(file=" PROGRAM ", " ARGUMENTS "\\)",
			"\\] process: every_exec ",
			"\\] execvpe\\(file=" PROGRAM ", " ARGUMENTS ", envp=3 variables\\)",
			"\\] execl\\(pathname=" PROGRAM ", " ARGUMENTS "\\)",
			"\\] process: every_exec ",
			"\\] execl\\(pathname=" PROGRAM ", argv=\\[\\]\\)",
			"\\] execl\\(pathname=" PROGRAM ", argv=\\[\"self\", \"shows\", \"a\", .*, … 287 more\\]\\)",
			"\\] execlp\\(file=" PROGRAM ", argv=\\[\"self\", \"shows\", \"of execlp\"\\]\\)",
			"\\] execle\\(pathname=" PROGRAM
			", argv=\\[\"self\", \"shows\", \"of execle\"\\], envp=3 variables\\)",
			"\\] fexecve\\(fd=[0-9]+, " ARGUMENTS ", envp=3 variables\\)",
			"\\] execveat\\(dirfd=-100, pathname=" PROGRAM ", " ARGUMENTS ", envp=3 variables, flags=0\\)",
			"\\] execveat\\(dirfd=[0-9]+, pathname=\"\", " ARGUMENTS ", envp=3 variables, flags=4096\\)",
			"\\] execl returned -1 ENOEXEC \\(Exec format error\\)",
			"\\] execlp\\(file=\"/tmp/.*\", argv=\\[\"script\", \"of\", \"execlp\"\\]\\)",
			NULL,
		});
	victim_free(&runs);
}

/* A call that fails returns, with the kernel's error; a pointer that leads nowhere is said to. */
Test(executing, what_is_refused)
{
	struct victim_runs runs;
	victim_check(&(struct victim){.name = "every_exec", .says_not_all = true}, NULL, &runs);
	const char *log = runs.text.log;
	expect_in_order(log, (const char *const[]){"\\] execve\\(pathname=not readable, argv=\\[\"self\"",
						   "\\] execve returned -1 EFAULT",
						   "\\] execve\\(.*, argv=not readable, envp=3 variables\\)",
						   "\\] execve returned -1 EFAULT",
						   "argv=\\[\"self\", not readable, \"third\"\\]",
						   "\\] execve returned -1 EFAULT",
						   "envp=not readable\\)",
						   "\\] execve returned -1 EFAULT",
						   "argv=\\[\"self\", \"x{200}\"…\\]",
						   "\\] execve returned -1 E2BIG",
						   "\\] execv\\(pathname=not readable",
						   "\\] execv returned -1 EFAULT",
						   "\\] execl\\(pathname=not readable, argv=\\[\"self\"\\]\\)",
						   "\\] execl returned -1 EFAULT",
						   "\\] execle\\(.*envp=not readable\\)",
						   "\\] execle returned -1 EFAULT",
						   "\\] execvp\\(file=\"no-such-",
						   "\\] execvp returned -1 ENOENT",
						   "\\] execlp\\(file=\"no-such-",
						   "\\] execlp returned -1 ENOENT",
						   "\\] fexecve\\(fd=-1, ",
						   "\\] fexecve returned -1 EINVAL",
						   "\\] fexecve\\(fd=0, argv=not readable",
						   "\\] fexecve returned -1 E",
						   "\\] execveat\\(dirfd=-1, pathname=\"relative\"",
						   "\\] execveat returned -1 EBADF",
						   "flags=16384\\)",
						   "\\] execveat returned -1 EINVAL",
						   NULL});
	victim_free(&runs);
}
