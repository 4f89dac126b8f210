/*
 * Hazard: a sandbox that ends the program for advice to madvise(2) that its author did not think of, as those of browsers do. Nothing
 * but what libc itself does may be done after it is entered. One child enters it by prctl, another by seccomp.
 */
#include "sandbox.h"

#define THREADS 3000 /* their records fill many pages of a trace */
#define FORKS 20

static void
forbid_advice(int by_prctl)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_madvise, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, MADV_WIPEONFORK, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};

	enter_sandbox(filter, sizeof(filter) / sizeof(filter[0]), by_prctl);
}

/* Exits like the children of fork_and_wait(). */
static void
create_in_sandbox(int by_prctl)
{
	pid_t child = fork();

	CHECK(child >= 0);
	if (child > 0) {
		await_child(child, 7);
		made(getpid(), "process", child);
		fflush(stdout);
		return;
	}
	forbid_advice(by_prctl);
	for (int i = 0; i < THREADS; i++)
		create_and_join(NULL);
	for (int i = 0; i < FORKS; i++)
		made(getpid(), "process", fork_and_wait());
	fflush(stdout);
	_exit(7);
}

int
main(void)
{
	create_in_sandbox(1);
	create_in_sandbox(0);
	return ok();
}
