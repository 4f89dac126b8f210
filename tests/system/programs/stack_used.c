/*
 * Hazard: tiny stacks. Makes one call of the given kind on a stack that was painted before, and prints how many bytes of it were
 * used: "used N".
 */
#include "victim.h"

#include <spawn.h>

extern char **environ;

enum { STACK_SIZE = 256 * 1024, PAINT = 0xa5 };

static const char *kind;

static void *
make_call(void *arg)
{
	char *const argv[] = {(char *)"true", NULL};
	pid_t child;

	if (strcmp(kind, "pthread_create") == 0) {
		create_and_join(NULL);
	} else if (strcmp(kind, "fork") == 0) {
		fork_and_wait();
	} else if (strcmp(kind, "vfork") == 0) {
		child = vfork();
		if (child == 0)
			_exit(0);
		await_child(child, 0);
	} else if (strcmp(kind, "posix_spawn") == 0) {
		CHECK(posix_spawn(&child, "/bin/true", NULL, NULL, argv, environ) == 0);
		await_child(child, 0);
	} else {
		CHECK(strcmp(kind, "execv") == 0 && execv("/no/such/program", argv) == -1);
	}
	return arg;
}

int
main(int argc, char **argv)
{
	unsigned char *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pthread_attr_t attr;
	pthread_t thread;
	size_t unused = 0;

	CHECK(argc == 2 && stack != MAP_FAILED);
	kind = argv[1];
	memset(stack, PAINT, STACK_SIZE);
	CHECK(pthread_attr_init(&attr) == 0 && pthread_attr_setstack(&attr, stack, STACK_SIZE) == 0);
	CHECK(pthread_create(&thread, &attr, make_call, NULL) == 0 && pthread_join(thread, NULL) == 0);
	while (unused < STACK_SIZE && stack[unused] == PAINT)
		unused++;
	printf("used %zu\n", STACK_SIZE - unused);
	return 0;
}
