/*
 * creates_between_marks.c: what a libc call costs in system calls, for strace to see.
 *
 * Makes a thread and a process several times, in the main thread and in another, each between a write to no descriptor of "begin" and one
 * of "end".
 */
#include <pthread.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Not write(3): nothing but the system call itself. */
static void
mark(const char *text)
{
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "0"(SYS_write), "D"(-1L), "S"(text), "d"(5L)
			 : "rcx", "r11", "memory");
	(void)result;
}

static void *
nothing(void *unused)
{
	return unused;
}

static void *
create(void *unused)
{
	for (int i = 0; i < 3; i++) {
		pthread_t thread;
		pid_t child;

		mark("begin");
		pthread_create(&thread, NULL, nothing, NULL);
		mark("end__");
		pthread_join(thread, NULL);
		mark("begin");
		child = fork();
		if (child == 0)
			_exit(0);
		mark("end__");
		waitpid(child, NULL, 0);
	}
	return unused;
}

int
main(void)
{
	pthread_t thread;

	create(NULL);
	pthread_create(&thread, NULL, create, NULL);
	pthread_join(thread, NULL);
	return 0;
}
