/*
 * Hazard: the program has its own use for SIGSYS, while the shim's handler is in its place: its handler, its mask and what is
 * pending are, in and behind a call and in the child, as without the shim.
 */
#include "victim.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <semaphore.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

static volatile sig_atomic_t handled, sender_pid, seen_blocked, wrong;
static pthread_t main_thread;

static void
on_sigsys(int signal, siginfo_t *information, void *context)
{
	sigset_t now;
	(void)context;
	pthread_sigmask(SIG_SETMASK, NULL, &now);
	handled++;
	sender_pid = information->si_pid;
	seen_blocked = sigismember(&now, SIGSYS) && sigismember(&now, SIGUSR1) && !sigismember(&now, SIGUSR2);
	wrong |= signal != SIGSYS;
}

static void *
send_one(void *arg)
{
	usleep(50000);
	CHECK(pthread_kill(main_thread, SIGSYS) == 0);
	return arg;
}

/* system(3) with a SIGSYS in its midst. */
static void
call_meanwhile(void)
{
	pthread_t sender;
	CHECK(pthread_create(&sender, NULL, send_one, NULL) == 0);
	CHECK(system("sleep 0.2; exit 3") == 3 << 8);
	CHECK(pthread_join(sender, NULL) == 0);
}

static int
is_set(const sigset_t *set, int signal)
{
	return sigismember(set, signal) == 1;
}

static void
check_handler(void)
{
	struct sigaction action;
	CHECK(sigaction(SIGSYS, NULL, &action) == 0);
	CHECK(action.sa_sigaction == on_sigsys && (action.sa_flags & SA_SIGINFO) && (action.sa_flags & SA_RESTART));
	CHECK(is_set(&action.sa_mask, SIGUSR1) && !is_set(&action.sa_mask, SIGUSR2));
}

/* Nobody in between: what the kernel has. */
static void
check_kernel_has_handler(void)
{
	uint64_t words[4];
	CHECK(syscall(SYS_rt_sigaction, SIGSYS, NULL, words, 8) == 0 && words[0] == (uint64_t)on_sigsys);
}

static void
check_blocked_and_handler(void)
{
	sigset_t now;
	CHECK(pthread_sigmask(SIG_SETMASK, NULL, &now) == 0 && is_set(&now, SIGSYS) && !is_set(&now, SIGUSR1));
	check_kernel_has_handler();
	check_handler();
}

/* Sets another one and back, within the call. */
static void
change_within(void)
{
	struct sigaction action, other = {.sa_handler = SIG_DFL};
	CHECK(sigaction(SIGSYS, &other, &action) == 0 && action.sa_sigaction == on_sigsys);
	CHECK(sigaction(SIGSYS, &action, &other) == 0 && other.sa_handler == SIG_DFL);
	check_handler();
}

static void
blocked(void)
{
	sigset_t mask, pending;
	sigemptyset(&mask);
	sigaddset(&mask, SIGSYS);
	CHECK(pthread_sigmask(SIG_BLOCK, &mask, NULL) == 0);
	call_meanwhile();
	CHECK(handled == 1);
	check_blocked_and_handler();
	CHECK(sigpending(&pending) == 0 && is_set(&pending, SIGSYS));
	create_and_join(NULL); /* with one pending */
	CHECK(sigpending(&pending) == 0 && is_set(&pending, SIGSYS));
	CHECK(handled == 1 && pthread_sigmask(SIG_UNBLOCK, &mask, NULL) == 0 && handled == 2);
	CHECK(pthread_sigmask(SIG_BLOCK, &mask, NULL) == 0);
	create_and_join(NULL);
	pid_t child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		check_blocked_and_handler();
		_exit(7);
	}
	await_child(child, 7);
	CHECK(pthread_sigmask(SIG_UNBLOCK, &mask, NULL) == 0 && handled == 2);
}

/* A seccomp filter that answers with SIGSYS, in a thread, while another is in a call. */
static void
on_filtered(int signal, siginfo_t *information, void *context)
{
	ucontext_t *interrupted = context;
	(void)signal;
	CHECK(information->si_code == 1 && information->si_syscall == SYS_getpgid);
	interrupted->uc_mcontext.gregs[REG_RAX] = 4711;
}

static void *
be_filtered(void *arg)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpgid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = sizeof(filter) / sizeof(filter[0]), .filter = filter};
	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0)
		for (int i = 0; i < 100; i++) {
			CHECK(syscall(SYS_getpgid, 0) == 4711);
			usleep(1000);
		}
	return arg;
}

static void
filtered(void)
{
	struct sigaction action = {.sa_sigaction = on_filtered, .sa_flags = SA_SIGINFO};
	pthread_t thread;
	CHECK(sigaction(SIGSYS, &action, NULL) == 0);
	CHECK(pthread_create(&thread, NULL, be_filtered, NULL) == 0);
	for (int i = 0; i < 20; i++)
		CHECK(system("exit 3") == 3 << 8);
	CHECK(pthread_join(thread, NULL) == 0);
}

/* Nobody handles it: the program dies of it, in the midst of a call. */
static void
dies(void)
{
	pid_t child = fork();
	int status;
	CHECK(child >= 0);
	if (child == 0) {
		signal(SIGSYS, SIG_DFL);
		main_thread = pthread_self();
		call_meanwhile();
		_exit(1);
	}
	CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
}

/* What ignores it goes on, and so do the programs that it starts. */
static void
ignores(void)
{
	CHECK(signal(SIGSYS, SIG_IGN) != SIG_ERR);
	call_meanwhile();
	CHECK(system("kill -SYS $$; exit 3") == 3 << 8);
	CHECK(signal(SIGSYS, SIG_DFL) == SIG_IGN);
	CHECK(system("kill -SYS $$; exit 3") == SIGSYS);
}

int
main(void)
{
	struct sigaction action = {.sa_sigaction = on_sigsys, .sa_flags = SA_SIGINFO | SA_RESTART};
	main_thread = pthread_self();
	sigaddset(&action.sa_mask, SIGUSR1);
	CHECK(sigaction(SIGSYS, &action, NULL) == 0);
	call_meanwhile();
	CHECK(handled == 1 && sender_pid == getpid() && seen_blocked && !wrong);
	check_handler();
	blocked();
	CHECK(pthread_atfork(check_handler, change_within, check_handler) == 0);
	fork_and_wait();
	dies();
	action.sa_handler = SIG_DFL;
	CHECK(sigaction(SIGSYS, &action, NULL) == 0);
	_exit(fflush(stdout) != 0 || (filtered(), ignores(), dprintf(1, "ok\n")) != 3);
}
