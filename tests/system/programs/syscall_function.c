/*
 * Hazard: the program makes its creation syscalls through syscall(2). The child returns through it too, on a copy of the stack; all
 * other numbers must come through with six arguments and errno as they are.
 */
#include "victim.h"

#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>

int
main(void)
{
	struct clone_args args = {.exit_signal = SIGCHLD};
	pid_t child = (pid_t)syscall(SYS_fork);

	if (child == 0)
		_exit(1);
	await_child(child, 1);
	made(getpid(), "process", child);
	child = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
	if (child == 0)
		_exit(2);
	await_child(child, 2);
	made(getpid(), "process", child);
	child = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	if (child == 0)
		_exit(3);
	await_child(child, 3);
	made(getpid(), "process", child);

	errno = 0;
	CHECK(syscall(SYS_clone3, (void *)8, 64) == -1 && errno == EFAULT);
	made_error(getpid(), "process", "EFAULT");
	CHECK(syscall(SYS_clone, CLONE_THREAD, NULL, NULL, NULL, NULL) == -1 && errno == EINVAL);
	made_error(getpid(), "thread", "EINVAL");

	char *memory =
		(char *)syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(memory != MAP_FAILED);
	memory[4095] = 1;
	CHECK(syscall(SYS_getppid) == getppid());
	CHECK(syscall(100000) == -1 && errno == ENOSYS);
	return ok();
}
