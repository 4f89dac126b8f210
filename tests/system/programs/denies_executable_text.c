/*
 * Hazard: text cannot be made executable again once it has been made writable: SELinux' execmod, systemd's
 * MemoryDenyWriteExecute=, PR_SET_MDWE. Usage: denies_executable_text seccomp|prctl|all PROGRAM [ARG...] runs PROGRAM so; exits 77
 * when the kernel does not offer it. With "all", Syscall User Dispatch is denied, too.
 */
#include "victim.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define DISPATCH 59 /* PR_SET_SYSCALL_USER_DISPATCH, Linux 5.11 */
#define MDWE 65     /* PR_SET_MDWE, Linux 6.3 */
#define MDWE_REFUSE_EXEC_GAIN 1

static int
deny(struct sock_filter *filter, size_t length)
{
	struct sock_fprog program = {.len = (unsigned short)length, .filter = filter};
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static int
deny_dispatch(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 2),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, DISPATCH, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
	};
	return deny(filter, sizeof(filter) / sizeof(filter[0]));
}

static int
deny_by_seccomp(void)
{
	/* As systemd's filter: mprotect and pkey_mprotect with PROT_EXEC answer EPERM. The loader maps text, it never
	   mprotects it. */
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mprotect, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pkey_mprotect, 0, 2),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
	};
	return deny(filter, sizeof(filter) / sizeof(filter[0]));
}

int
main(int argc, char **argv)
{
	CHECK(argc > 2);
	int refused = strcmp(argv[1], "prctl") == 0 ? prctl(MDWE, MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) : deny_by_seccomp();
	if (strcmp(argv[1], "all") == 0)
		refused |= deny_dispatch();
	if (refused)
		return 77;
	execv(argv[2], argv + 2);
	return 127;
}
