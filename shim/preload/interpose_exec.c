/*
 * interpose_exec.c: the exec family, exec(3), execve(2), fexecve(3), execveat(2): the process becomes another program, or the call
 * returns with an error. Hot path, often in the child of a vfork: nothing is allocated. Forwards to libc.
 */
#include <stdarg.h>
#include <unistd.h>

#include "preload/follow.h"
#include "preload/interpose.h"

/* The event tells what the program asked for; what is passed on may have the shim's own variables put back (follow.h). The forms
   that take the program's environment as it is are passed on as the forms that are given one. */
extern char **__environ __attribute__((weak));

static char *const *
current_environment(void)
{
	return &__environ != NULL ? __environ : NULL;
}

EXPORT int
execve(const char *pathname, char *const argv[], char *const envp[])
{
	char *const *passed = FOLLOW(envp);

	INTERPOSE_CALL(int, EXECVE, (const char *, char *const *, char *const *), (pathname, argv, passed), -1,
		       W(pathname), W(argv), W(envp));
}

EXPORT int
execv(const char *pathname, char *const argv[])
{
	char *const *passed = FOLLOW(current_environment());

	INTERPOSE_CALL_TO(int, EXECV, EXECVE, (const char *, char *const *, char *const *), (pathname, argv, passed),
			  -1, W(pathname), W(argv));
}

EXPORT int
execvp(const char *file, char *const argv[])
{
	char *const *passed = FOLLOW(current_environment());

	INTERPOSE_CALL_TO(int, EXECVP, EXECVPE, (const char *, char *const *, char *const *), (file, argv, passed), -1,
			  W(file), W(argv));
}

EXPORT int
execvpe(const char *file, char *const argv[], char *const envp[])
{
	char *const *passed = FOLLOW(envp);

	INTERPOSE_CALL(int, EXECVPE, (const char *, char *const *, char *const *), (file, argv, passed), -1, W(file),
		       W(argv), W(envp));
}

EXPORT int
fexecve(int fd, char *const argv[], char *const envp[])
{
	char *const *passed = FOLLOW(envp);

	INTERPOSE_CALL(int, FEXECVE, (int, char *const *, char *const *), (fd, argv, passed), -1, W(fd), W(argv),
		       W(envp));
}

EXPORT int
execveat(int dirfd, const char *pathname, char *const argv[], char *const envp[], int flags)
{
	char *const *passed = FOLLOW(envp);

	INTERPOSE_CALL(int, EXECVEAT, (int, const char *, char *const *, char *const *, int),
		       (dirfd, pathname, argv, passed, flags), -1, W(dirfd), W(pathname), W(argv), W(envp), W(flags));
}

/* The forms that take the arguments one by one cannot be passed on as they came. They become what libc makes of them: a vector on
   the stack, for execve or execvpe. `count` is the number of arguments, without the NULL. */
static size_t
count_arguments(const char *first, va_list rest)
{
	size_t count = 0;

	for (const char *argument = first; argument != NULL; argument = va_arg(rest, const char *))
		count++;
	return count;
}

static void
fill_vector(const char **vector, size_t count, const char *first, va_list rest)
{
	for (size_t i = 0; i < count; i++)
		vector[i] = i == 0 ? first : va_arg(rest, const char *);
	vector[count] = NULL;
}

/* Declares `argv` with the arguments of the function that it stands in, on that function's stack. */
#define COLLECT_ARGUMENTS(first)                               \
	va_list list_;                                         \
	size_t count_;                                         \
	const char **argv;                                     \
	va_start(list_, first);                                \
	count_ = count_arguments(first, list_);                \
	va_end(list_);                                         \
	argv = __builtin_alloca((count_ + 1) * sizeof(*argv)); \
	va_start(list_, first);                                \
	fill_vector(argv, count_, first, list_);               \
	va_end(list_)

EXPORT int
execl(const char *pathname, const char *arg, ...)
{
	char *const *passed = FOLLOW(current_environment());

	COLLECT_ARGUMENTS(arg);
	INTERPOSE_CALL_TO(int, EXECL, EXECVE, (const char *, char *const *, char *const *),
			  (pathname, (char *const *)argv, passed), -1, W(pathname), W(argv));
}

EXPORT int
execlp(const char *file, const char *arg, ...)
{
	char *const *passed = FOLLOW(current_environment());

	COLLECT_ARGUMENTS(arg);
	INTERPOSE_CALL_TO(int, EXECLP, EXECVPE, (const char *, char *const *, char *const *),
			  (file, (char *const *)argv, passed), -1, W(file), W(argv));
}

/* The environment stands behind the NULL that ends the arguments. */
EXPORT int
execle(const char *pathname, const char *arg, ...)
{
	char *const *envp, *const *passed;

	COLLECT_ARGUMENTS(arg);
	va_start(list_, arg);
	for (size_t i = 0; i < count_; i++)
		va_arg(list_, const char *);
	envp = va_arg(list_, char *const *);
	va_end(list_);
	passed = FOLLOW(envp);
	INTERPOSE_CALL_TO(int, EXECLE, EXECVE, (const char *, char *const *, char *const *),
			  (pathname, (char *const *)argv, passed), -1, W(pathname), W(argv), W(envp));
}
