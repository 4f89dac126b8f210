/*
 * interpose_exec.c: the exec family, exec(3), execve(2), fexecve(3), execveat(2): the process becomes another program, or the call
 * returns with an error. Hot path, often in the child of a vfork: nothing is allocated. Forwards to libc.
 */
#include <stdarg.h>
#include <unistd.h>

#include "preload/interpose.h"

EXPORT int
execve(const char *pathname, char *const argv[], char *const envp[])
{
	INTERPOSE_CALL(int, EXECVE, (const char *, char *const *, char *const *), (pathname, argv, envp), -1,
		       W(pathname), W(argv), W(envp));
}

EXPORT int
execv(const char *pathname, char *const argv[])
{
	INTERPOSE_CALL(int, EXECV, (const char *, char *const *), (pathname, argv), -1, W(pathname), W(argv));
}

EXPORT int
execvp(const char *file, char *const argv[])
{
	INTERPOSE_CALL(int, EXECVP, (const char *, char *const *), (file, argv), -1, W(file), W(argv));
}

EXPORT int
execvpe(const char *file, char *const argv[], char *const envp[])
{
	INTERPOSE_CALL(int, EXECVPE, (const char *, char *const *, char *const *), (file, argv, envp), -1, W(file),
		       W(argv), W(envp));
}

EXPORT int
fexecve(int fd, char *const argv[], char *const envp[])
{
	INTERPOSE_CALL(int, FEXECVE, (int, char *const *, char *const *), (fd, argv, envp), -1, W(fd), W(argv),
		       W(envp));
}

EXPORT int
execveat(int dirfd, const char *pathname, char *const argv[], char *const envp[], int flags)
{
	INTERPOSE_CALL(int, EXECVEAT, (int, const char *, char *const *, char *const *, int),
		       (dirfd, pathname, argv, envp, flags), -1, W(dirfd), W(pathname), W(argv), W(envp), W(flags));
}

/* The forms that take the arguments one by one cannot be passed on as they came. They become what libc makes of them: a vector on
   the stack, and execv, execvp or execve. `count` is the number of arguments, without the NULL. */
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
	COLLECT_ARGUMENTS(arg);
	INTERPOSE_CALL_TO(int, EXECL, EXECV, (const char *, char *const *), (pathname, (char *const *)argv), -1,
			  W(pathname), W(argv));
}

EXPORT int
execlp(const char *file, const char *arg, ...)
{
	COLLECT_ARGUMENTS(arg);
	INTERPOSE_CALL_TO(int, EXECLP, EXECVP, (const char *, char *const *), (file, (char *const *)argv), -1, W(file),
			  W(argv));
}

/* The environment stands behind the NULL that ends the arguments. */
EXPORT int
execle(const char *pathname, const char *arg, ...)
{
	char *const *envp;

	COLLECT_ARGUMENTS(arg);
	va_start(list_, arg);
	for (size_t i = 0; i < count_; i++)
		va_arg(list_, const char *);
	envp = va_arg(list_, char *const *);
	va_end(list_);
	INTERPOSE_CALL_TO(int, EXECLE, EXECVE, (const char *, char *const *, char *const *),
			  (pathname, (char *const *)argv, envp), -1, W(pathname), W(argv), W(envp));
}
