/* Hazard: a vfork child calls functions over the parent's frames, changes its memory, and ends by _exit. */
#include "victim.h"

static volatile int written_by_child;

static int __attribute__((noinline)) use_stack(int depth)
{
	volatile char frame[256];
	memset((char *)frame, depth, sizeof(frame));
	return depth > 0 ? use_stack(depth - 1) + frame[0] : 0;
}

int
main(void)
{
	for (volatile int i = 1; i <= 50; i++) {
		pid_t child = vfork();
		CHECK(child >= 0);
		if (child == 0) {
			written_by_child = i + 0 * use_stack(20);
			_exit(i);
		}
		await_child(child, i);
		CHECK(written_by_child == i);
		made(getpid(), "vfork", child);
	}
	return ok();
}
