/* Hazard: the program's own sandbox answers every system call that the shim makes, and libc does not need, with an error (the first
   argument: EPERM or ENOSYS), gettid among them: who is who is then not to be found out. */
#include "victim.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define ROUNDS 20

static const int denied[] = {SYS_gettid,        SYS_getpid,      SYS_getppid,         SYS_tkill,
			     SYS_fstat,         SYS_newfstatat,  SYS_fcntl,           SYS_open,
			     SYS_openat,        SYS_readlink,    SYS_ppoll,           SYS_prlimit64,
			     SYS_rt_sigpending, SYS_sigaltstack, SYS_rt_sigtimedwait, SYS_clock_gettime};
#define DENIED (sizeof(denied) / sizeof(denied[0]))

/* Those above, rt_sigprocmask where its first argument is none that libc passes, and write to all but standard output. */
static void
enter_sandbox(unsigned error)
{
	const unsigned refuse = SECCOMP_RET_ERRNO | error;
	struct sock_filter filter[2 * DENIED + 16] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))};
	unsigned short count = 1;

	for (size_t i = 0; i < DENIED; i++) {
		filter[count++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)denied[i], 0, 1);
		filter[count++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, refuse);
	}
	const struct sock_filter rest[] = {
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigprocmask, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 2, 5, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 0, 2),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, refuse),
	};
	for (size_t i = 0; i < sizeof(rest) / sizeof(rest[0]); i++)
		filter[count++] = rest[i];
	struct sock_fprog program = {.len = count, .filter = filter};
	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

static void *
count_up(void *count)
{
	++*(_Atomic int *)count;
	return NULL;
}

static void *
create(void *count)
{
	pthread_t thread;
	for (int i = 0; i < ROUNDS; i++) {
		CHECK(pthread_create(&thread, NULL, count_up, count) == 0);
		CHECK(pthread_join(thread, NULL) == 0);
		fork_and_wait();
		pid_t child = vfork();
		CHECK(child >= 0);
		if (child == 0)
			_exit(7);
		await_child(child, 7);
	}
	return NULL;
}

int
main(int argc, char **argv)
{
	static _Atomic int count;
	pthread_t creators[3];
	pid_t before = create_and_join(NULL);

	printf("before the sandbox\n"); /* stdio asks fstat once, now */
	fflush(stdout);
	enter_sandbox(argc > 1 && strcmp(argv[1], "ENOSYS") == 0 ? ENOSYS : EPERM);
	CHECK(syscall(SYS_gettid) == -1);
	for (int i = 0; i < 3; i++)
		CHECK(pthread_create(&creators[i], NULL, create, (void *)&count) == 0);
	for (int i = 0; i < 3; i++)
		CHECK(pthread_join(creators[i], NULL) == 0);
	CHECK(count == 3 * ROUNDS);
	fact_number("thread_before", before);
	return ok();
}
