/*
 * Starts a program with an environment of its own, in the way that the first argument says; the second, if there is one, is an
 * LD_PRELOAD that it sets. The new program, this one with the argument "show", prints its environment and makes a thread.
 */
#include "victim.h"

#include <spawn.h>

static int
compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
show(void)
{
	size_t count = 0;
	while (environ[count])
		count++;
	qsort(environ, count, sizeof(*environ), compare_strings);
	for (size_t i = 0; i < count; i++)
		printf("%s\n", environ[i]);
	create_and_join(NULL);
	return 7;
}

int
main(int argc, char **argv)
{
	char preload[1024];
	char *const arguments[] = {argv[0], (char *)"show", NULL};
	char *environment[] = {(char *)"COLOUR=blue", (char *)"CLONESHIM_COLOUR=red", NULL, NULL};
	const char *how = argc > 1 ? argv[1] : "";
	pid_t child;

	if (strcmp(how, "show") == 0)
		return show();
	if (argc > 2) {
		snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", argv[2]);
		environment[2] = preload;
	}
	if (strcmp(how, "posix_spawn") == 0) {
		CHECK(posix_spawn(&child, argv[0], NULL, NULL, arguments, environment) == 0);
	} else if (strcmp(how, "posix_spawn without") == 0) {
		CHECK(posix_spawn(&child, argv[0], NULL, NULL, arguments, NULL) == 0);
	} else {
		child = strcmp(how, "vfork") == 0 ? vfork() : fork();
		CHECK(child >= 0);
		if (child == 0) {
			if (strcmp(how, "execle") == 0)
				execle(argv[0], argv[0], "show", NULL, environment);
			else if (strcmp(how, "execvpe") == 0)
				execvpe(argv[0], arguments, environment);
			else if (strcmp(how, "execv") == 0 && clearenv() == 0 && putenv(environment[0]) == 0)
				execv(argv[0], arguments);
			else
				execve(argv[0], arguments, environment);
			_exit(1);
		}
	}
	await_child(child, 7);
	return ok();
}
