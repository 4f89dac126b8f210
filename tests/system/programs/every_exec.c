/*
 * Every function of the exec family, each in a child of its own: what the new program gets is what was passed, and what is refused is
 * refused as the kernel does it. Without an argument this is the test, with one the new program, which prints what it got.
 */
#include "victim.h"

#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>

#define HOSTILE "quote\" back\\ \n\t\x1b[31m\xff\xc3"

static const char *own_path;
static char *const own_environment[] = {(char *)"COLOUR=blue", (char *)"", (char *)"no equals sign", NULL};
static char *const arguments[] = {(char *)"self", (char *)"shows", (char *)"", (char *)HOSTILE, NULL};

/* All arguments and, of the environment, how many entries there are besides the shim's own. */
static int
show(int argc, char **argv)
{
	int entries = 0;
	const char *colour = getenv("COLOUR");

	for (char **entry = environ; *entry; entry++)
		entries += strncmp(*entry, "CLONESHIM_", 10) != 0 && strncmp(*entry, "LD_PRELOAD=", 11) != 0;
	printf("%d arguments:", argc);
	for (int i = 0; i < argc; i++) {
		printf(" <");
		for (const char *c = argv[i]; *c; c++)
			printf(*c > ' ' && *c < 127 ? "%c" : "\\%02x", *c & 0xff);
		printf(">");
	}
	printf("; COLOUR %s", colour ? colour : "unset");
	if (colour)
		printf(", %d variables", entries);
	printf("\n");
	return 7;
}

/* Every call in a function of its own: none of them returns when all goes well. */
static void
call_execve(void)
{
	execve(own_path, arguments, own_environment);
}

static void
call_execve_without_environment(void)
{
	execve(own_path, arguments, NULL);
}

static void
call_execv(void)
{
	execv(own_path, arguments);
}

static void
call_execvp(void)
{
	execvp(own_path, arguments);
}

static void
call_execvpe(void)
{
	execvpe(own_path, arguments, own_environment);
}

static void
call_execl(void)
{
	execl(own_path, "self", "shows", "", HOSTILE, NULL);
}

/* The compiler would rather see an argument before the NULL. */
static void
call_execl_without_arguments(void)
{
	int (*volatile call)(const char *, const char *, ...) = execl;
	call(own_path, NULL);
}

static void
call_execl_with_many(void)
{
#define TEN "a", "b", "c", "d", "e", "f", "g", "h", "i", "j"
#define HUNDRED TEN, TEN, TEN, TEN, TEN, TEN, TEN, TEN, TEN, TEN
	execl(own_path, "self", "shows", HUNDRED, HUNDRED, HUNDRED, "last", NULL);
}

static void
call_execlp(void)
{
	execlp(own_path, "self", "shows", "of execlp", NULL);
}

static void
call_execle(void)
{
	execle(own_path, "self", "shows", "of execle", NULL, own_environment);
}

static void
call_fexecve(void)
{
	fexecve(open(own_path, O_RDONLY | O_CLOEXEC), arguments, own_environment);
}

static void
call_execveat(void)
{
	execveat(AT_FDCWD, own_path, arguments, own_environment, 0);
}

static void
call_execveat_of_descriptor(void)
{
	execveat(open(own_path, O_RDONLY | O_CLOEXEC), "", arguments, own_environment, AT_EMPTY_PATH);
}

/* A script without #! is no program; execvp and execlp run it by the shell all the same. */
static void
call_execlp_of_script(void)
{
	char path[] = "/tmp/cloneshim-victim-XXXXXX";
	int fd = mkostemp(path, O_CLOEXEC);
	CHECK(fd >= 0 && fchmod(fd, 0700) == 0);
	CHECK(dprintf(fd, "rm '%s'; echo \"script: $*\"; exit 7\n", path) > 0 && close(fd) == 0);
	CHECK(execl(path, "script", "not run", NULL) == -1 && errno == ENOEXEC);
	execlp(path, "script", "of", "execlp", NULL);
}

static void
make_child(void (*call)(void), bool by_fork)
{
	fflush(stdout);
	pid_t child = by_fork ? fork() : vfork();
	CHECK(child >= 0);
	if (child == 0) {
		call();
		_exit(1);
	}
	await_child(child, 7);
	made(getpid(), by_fork ? "process" : "vfork", child);
}

static void
check_accepted(void)
{
	static void (*const calls[])(void) = {
		call_execve,
		call_execve_without_environment,
		call_execv,
		call_execvp,
		call_execvpe,
		call_execl,
		call_execl_without_arguments,
		call_execl_with_many,
		call_execlp,
		call_execle,

		call_fexecve,
		call_execveat,
		call_execveat_of_descriptor,
		call_execlp_of_script,
	};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		make_child(calls[i], i % 2);
}

#define CHECK_REFUSED(call, error) CHECK((errno = 0, (call)) == -1 && errno == (error))

/* Pointers that lead nowhere are the kernel's to refuse: EFAULT, and no SIGSEGV on the way. */
static void
check_refused(void)
{
	static char too_long[(32 * 4096) + 1]; /* MAX_ARG_STRLEN, execve(2) "Limits on size of arguments" */
	const char *volatile nowhere = (const char *)1;
	char *const *volatile no_vector = (char *const *)1; /* volatile: the compiler knows better */
	char *const bad_element[] = {(char *)"self", (char *)1, (char *)"third", NULL};
	char *const too_large[] = {(char *)"self", too_long, NULL};

	memset(too_long, 'x', sizeof(too_long) - 1);
	CHECK_REFUSED(execve(nowhere, arguments, own_environment), EFAULT);
	CHECK_REFUSED(execve(own_path, no_vector, own_environment), EFAULT);
	CHECK_REFUSED(execve(own_path, bad_element, own_environment), EFAULT);
	CHECK_REFUSED(execve(own_path, arguments, no_vector), EFAULT);
	CHECK_REFUSED(execve(own_path, arguments, bad_element), EFAULT);
	CHECK_REFUSED(execve(own_path, too_large, own_environment), E2BIG);
	CHECK_REFUSED(execve("/no/such/program", arguments, own_environment), ENOENT);
	CHECK_REFUSED(execv(nowhere, arguments), EFAULT);
	CHECK_REFUSED(execv("/", arguments), EACCES);
	CHECK_REFUSED(execl(nowhere, "self", NULL), EFAULT);
	CHECK_REFUSED(execl("/no/such/program", "self", "shows", NULL), ENOENT);
	CHECK_REFUSED(execl(own_path, "self", nowhere, NULL), EFAULT);
	CHECK_REFUSED(execle("/no/such/program", "self", NULL, own_environment), ENOENT);
	CHECK_REFUSED(execle(own_path, "self", NULL, no_vector), EFAULT);
	CHECK_REFUSED(execvp("no-such-program-of-ours", arguments), ENOENT);
	CHECK_REFUSED(execvp("", arguments), ENOENT);
	CHECK_REFUSED(execvpe("no-such-program-of-ours", arguments, own_environment), ENOENT);
	CHECK_REFUSED(execlp("no-such-program-of-ours", "self", NULL), ENOENT);
	CHECK_REFUSED(fexecve(-1, arguments, own_environment), EINVAL);
	CHECK_REFUSED(fexecve(0, no_vector, own_environment), EACCES);
	CHECK_REFUSED(execveat(-1, "relative", arguments, own_environment, 0), EBADF);
	CHECK_REFUSED(execveat(AT_FDCWD, nowhere, arguments, own_environment, 0), EFAULT);
	CHECK_REFUSED(execveat(AT_FDCWD, own_path, arguments, own_environment, 0x4000), EINVAL);
}

int
main(int argc, char **argv)
{
	if (argc != 1 || argv[0][0] == '\0')
		return show(argc, argv);
	own_path = argv[0];
	check_refused();
	check_accepted();
	return ok();
}
