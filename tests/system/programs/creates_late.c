/*
 * Hazard: libc's text is changed no earlier than the program may create something. Usage: creates_late [WAY], which comes between the start
 * and the first creation, or leads past the shim to it: prctl, seccomp, sandboxes that end the program for changing text; mdwe,
 * PR_SET_MDWE; _IO_popen, another name of popen; plain, nothing. Without a way, prctl. Exits 77 where it is not offered.
 */
#include "sandbox.h"

#define MDWE 65 /* PR_SET_MDWE, Linux 6.3 */
#define MDWE_REFUSE_EXEC_GAIN 1

extern FILE *_IO_popen(const char *command, const char *mode) __attribute__((weak));

static void
forbid_changing_text(int by_prctl)
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

	enter_sandbox(filter, sizeof(filter) / sizeof(filter[0]), by_prctl);
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
		forbid_changing_text(strcmp(way, "prctl") == 0);
	if (strcmp(way, "_IO_popen") == 0)
		read_by_popen();
	made(getpid(), "thread", create_and_join(NULL));
	made(getpid(), "process", fork_and_wait());
	return ok();
}
