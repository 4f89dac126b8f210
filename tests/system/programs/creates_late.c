/*
 * Hazard: libc's text is changed no earlier than the program may create something. Usage: creates_late [WAY], which comes between the start
 * and the first creation, or leads past the shim to it: prctl, seccomp, sandboxes that end the program for changing text; mdwe,
 * PR_SET_MDWE; _IO_popen, another name of popen; plain, nothing. Without a way, prctl. Exits 77 where it is not offered.
 */
#include "victim.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define MDWE 65 /* PR_SET_MDWE, Linux 6.3 */
#define MDWE_REFUSE_EXEC_GAIN 1

extern FILE *_IO_popen(const char *command, const char *mode) __attribute__((weak));

static void
enter_sandbox(int by_prctl)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mremap, 3, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mprotect, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = sizeof(filter) / sizeof(filter[0]), .filter = filter};

	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	if (by_prctl)
		CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
	else
		CHECK(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0);
}

static void
read_by_popen(void)
{
	FILE *output = _IO_popen("echo $PPID", "r");
	long pid = 0;

	CHECK(output != NULL && fscanf(output, "%ld", &pid) == 1 && pid == getpid());
	CHECK(pclose(output) == 0);
	printf("made %d spawn ?\n", getpid());
}

int
main(int argc, char **argv)
{
	const char *way = argc > 1 ? argv[1] : "prctl";

	if (strcmp(way, "mdwe") == 0 && prctl(MDWE, MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) != 0)
		return 77;
	if (strcmp(way, "_IO_popen") == 0 && _IO_popen == NULL)
		return 77;
	if (strcmp(way, "prctl") == 0 || strcmp(way, "seccomp") == 0)
		enter_sandbox(strcmp(way, "prctl") == 0);
	if (strcmp(way, "_IO_popen") == 0)
		read_by_popen();
	made(getpid(), "thread", create_and_join(NULL));
	made(getpid(), "process", fork_and_wait());
	return ok();
}
