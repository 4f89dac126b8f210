/* Hazard: a vfork child runs on its parent's stack and with its TLS, then execs; vfork returns a second time, in the parent. */
#include "victim.h"

int
main(void)
{
	for (volatile int i = 0; i < 5; i++) {
		pid_t child = vfork();
		CHECK(child >= 0);
		if (child == 0) {
			execlp("sh", "sh", "-c", "exit 3", (char *)NULL);
			_exit(127);
		}
		await_child(child, 3);
		made(getpid(), "vfork", child);
	}
	return ok();
}
