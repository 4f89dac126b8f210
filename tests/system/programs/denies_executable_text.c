/*
 * Hazard: text cannot be made executable again once it has been made writable: SELinux' execmod, systemd's
 * MemoryDenyWriteExecute=, PR_SET_MDWE. Usage: denies_executable_text seccomp|prctl PROGRAM [ARG...] runs PROGRAM so; exits 77
 * when the kernel does not offer it.
 */
#include "victim.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define MDWE 65 /* PR_SET_MDWE, Linux 6.3 */
#define MDWE_REFUSE_EXEC_GAIN 1

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
	struct sock_fprog program = {.len = sizeof(filter) / sizeof(filter[0]), .filter = filter};
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

int
main(int argc, char **argv)
{
	CHECK(argc > 2);
	int refused = strcmp(argv[1], "prctl") == 0 ? prctl(MDWE, MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) : deny_by_seccomp();
	if (refused)
		return 77;
	execv(argv[2], argv + 2);
	return 127;
}
