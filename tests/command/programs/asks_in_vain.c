/* asks_in_vain.c: `asks_in_vain TIMES [PROCESSES]`: asks the kernel so many times for tasks that it refuses: many events, and soon. */
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void
ask(long times)
{
	for (long i = 0; i < times; i++)
		syscall(SYS_clone3, NULL, 0);
}

int
main(int argc, char **argv)
{
	long times = argc > 1 ? atol(argv[1]) : 0, processes = argc > 2 ? atol(argv[2]) : 1;

	for (long i = 1; i < processes; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			ask(times);
			_exit(0);
		}
	}
	ask(times);
	while (wait(NULL) > 0)
		;
	return 0;
}
