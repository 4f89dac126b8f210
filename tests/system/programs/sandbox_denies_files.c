/* Hazard: the program's own sandbox answers EPERM to what the shim may need later: opening files, asking for ids, writing to
   any descriptor but standard output, changing memory protection. */
#include "victim.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define DENY(number) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)

static void
enter_sandbox(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		DENY(SYS_openat),
		DENY(SYS_open),
		DENY(SYS_fcntl),
		DENY(SYS_fstat),
		DENY(SYS_newfstatat),
		DENY(SYS_readlink),
		DENY(SYS_writev),
		DENY(SYS_rt_sigpending),
		DENY(SYS_rt_sigtimedwait),
		DENY(SYS_process_vm_readv),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 0, 2),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		DENY(SYS_write),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = sizeof(filter) / sizeof(filter[0]), .filter = filter};
	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

int
main(void)
{
	pid_t before = create_and_join(NULL);
	printf("before the sandbox\n"); /* stdio asks fstat once, now */
	fflush(stdout);
	enter_sandbox();
	for (int i = 0; i < 5; i++) {
		create_and_join(NULL);
		fork_and_wait();
	}
	fact_number("thread_before", before);
	return ok();
}
