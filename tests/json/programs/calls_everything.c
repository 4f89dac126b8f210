/*
 * Every intercepted function once or more: with success, with failure, with arguments of any bytes, and nested. Prints "ok" when all
 * behaved as the manual pages say.
 */
#include <aio.h>
#include <fcntl.h>
#include <features.h>
#include <mqueue.h>
#include <netdb.h>
#include <pty.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <threads.h>
#include <time.h>
#include <wordexp.h>

#include "../../system/programs/victim.h"

extern char **environ;

/* Not a constant, so that the compiler does not warn of what is done on purpose. */
static void *volatile unreadable = (void *)8, *volatile no_pointer;

static char stack[64 * 1024] __attribute__((aligned(16)));
static char true_name[] = "true";
static char *true_argv[] = {true_name, NULL};

static int
nothing(void *arg)
{
	(void)arg;
	return 0;
}

static void
threads(void)
{
	thrd_t thread;
	pthread_attr_t attr;
	CHECK(thrd_create(&thread, nothing, NULL) == thrd_success && thrd_join(thread, NULL) == thrd_success);
	create_and_join(NULL);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 1 << 20);
	pthread_attr_setguardsize(&attr, 8192);
	pthread_attr_setschedpolicy(&attr, SCHED_OTHER);
	pthread_attr_setinheritsched(&attr, PTHREAD_EXPLICIT_SCHED);
	create_and_join(&attr);
	pthread_attr_destroy(&attr);
}

static void
processes(void)
{
	pid_t child;
	fork_and_wait();
#if __GLIBC_PREREQ(2, 34)
	child = _Fork();
	if (child == 0)
		_exit(7);
	await_child(child, 7);
#endif
	child = vfork();
	if (child == 0)
		_exit(7);
	await_child(child, 7);
	child = clone(nothing, stack + sizeof(stack), CLONE_VM | CLONE_FS | SIGCHLD, NULL);
	await_child(child, 0);
	CHECK(clone(nothing, stack + sizeof(stack), CLONE_THREAD | SIGCHLD, NULL) == -1 && errno == EINVAL);
	CHECK(unshare(CLONE_FS) == 0);
	CHECK(unshare(CLONE_VM | CLONE_THREAD | 0x40) == -1);
	CHECK(setns(-1, CLONE_NEWUTS | CLONE_NEWNS) == -1 && errno == EBADF);
}

/* exec and posix_spawn promise not to change the strings. */
static char *const *
as_argv(const char *const *strings)
{
	return (char *const *)strings;
}

/* Every byte that an argument can hold, in one and each alone; bytes that are almost UTF-8; more than is kept. */
static void
spawn_with_hostile_arguments(void)
{
	char all[256], long_ascii[1000], long_multibyte[1000], single[255][2];
	const char *const almost[] = {"true",
				      "\"\\\b\f\n\r\t\x7f",
				      "\xc0\xaf",
				      "\xed\xa0\x80",
				      "\xf4\x90\x80\x80",
				      "caf\xc3\xa9",
				      "\xc2\x85",
				      "\xe2\x80\xa8",
				      "half\xe2\x82",
				      "",
				      "{\"type\":\"call\"}",
				      all,
				      NULL};
	const char *vector[257];
	pid_t child;
	for (int i = 0; i < 255; i++) {
		all[i] = (char)(i + 1);
		single[i][0] = (char)(i + 1);
		single[i][1] = '\0';
	}
	all[255] = '\0';
	CHECK(posix_spawnp(&child, "true", NULL, NULL, as_argv(almost), environ) == 0);
	await_child(child, 0);

	for (int i = 0; i < 255; i += 15) {
		vector[0] = "true";
		for (int j = 0; j < 15; j++)
			vector[1 + j] = single[i + j];
		vector[16] = NULL;
		CHECK(posix_spawn(&child, "/bin/true", NULL, NULL, as_argv(vector), environ) == 0);
		await_child(child, 0);
	}

	memset(long_ascii, 'a', sizeof(long_ascii) - 1);
	long_ascii[sizeof(long_ascii) - 1] = '\0';
	for (size_t i = 0; i + 3 < sizeof(long_multibyte); i += 3)
		memcpy(long_multibyte + i, "€", 4);
	for (int i = 0; i < 256; i++)
		vector[i] = i % 2 ? long_ascii : long_multibyte;
	vector[256] = NULL;
	CHECK(posix_spawn(&child, "/bin/true", NULL, NULL, as_argv(vector), environ) == 0);
	await_child(child, 0);
	CHECK(posix_spawn(&child, long_multibyte, NULL, NULL, true_argv, environ) == ENAMETOOLONG);
	CHECK(posix_spawn(&child, "/no\xff\n/such", NULL, NULL, true_argv, environ) == ENOENT);
}

static void
spawn_with_attributes(void)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t signals;
	pid_t child;
	sigemptyset(&signals);
	sigaddset(&signals, SIGUSR1);
	sigaddset(&signals, 64);
	CHECK(posix_spawn_file_actions_init(&actions) == 0 && posix_spawnattr_init(&attributes) == 0);
	CHECK(posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0) == 0);
	CHECK(posix_spawn_file_actions_addclose(&actions, 100) == 0);
	posix_spawnattr_setsigmask(&attributes, &signals);
	posix_spawnattr_setsigdefault(&attributes, &signals);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
						      POSIX_SPAWN_SETSCHEDULER | POSIX_SPAWN_USEVFORK);
	CHECK(posix_spawn(&child, "/bin/true", &actions, &attributes, true_argv, environ) == 0);
	await_child(child, 0);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
}

/* glibc 2.39 has them. */
static void
spawn_with_pidfd(void)
{
#if __GLIBC_PREREQ(2, 39)
	int pidfd;
	siginfo_t info;
	CHECK(pidfd_spawn(&pidfd, "/bin/true", NULL, NULL, true_argv, environ) == 0);
	CHECK(waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED) == 0);
	CHECK(pidfd_spawnp(&pidfd, "true", NULL, NULL, true_argv, environ) == 0);
	CHECK(waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED) == 0);
#endif
}

static void
shells(void)
{
	wordexp_t words;
	int master, status;
	FILE *pipe;
	pid_t child;
	CHECK(system("exit 3 # \t\"\\ \xff") == 3 << 8);
	CHECK(system(NULL) != 0);
	pipe = popen("exit 4", "r");
	CHECK(pipe && pclose(pipe) == 4 << 8);
	CHECK(!popen("true", "no such mode") && errno == EINVAL);
	CHECK(wordexp("$(echo 1) $(echo 2) $(echo 3) $(echo 4) $(echo 5) $(echo 6)", &words, 0) == 0 &&
	      words.we_wordc == 6);
	wordfree(&words);
	CHECK(wordexp("$(echo 1)", &words, WRDE_NOCMD) == WRDE_CMDSUB);
	child = forkpty(&master, NULL, NULL, NULL);
	if (child == 0)
		_exit(7);
	if (child > 0) {
		await_child(child, 7);
		close(master);
	}
	child = fork();
	if (child == 0) {
		int null = open("/dev/null", O_RDWR);
		CHECK(null >= 0 && daemon(1, 1) == 0);
		_exit(fork_and_wait() > 0 ? 0 : 1);
	}
	CHECK(waitpid(child, &status, 0) == child && status == 0);
}

static sem_t notified;

static void
notify(union sigval value)
{
	(void)value;
	sem_post(&notified);
}

static void
await_notification(void)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 20;
	CHECK(sem_timedwait(&notified, &until) == 0);
}

static void
timers(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = notify};
	struct itimerspec soon = {.it_value.tv_nsec = 1000000};
	timer_t timer;
	CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
	for (int i = 0; i < 3; i++) {
		CHECK(timer_settime(timer, 0, &soon, NULL) == 0);
		await_notification();
	}
	timer_delete(timer);
	CHECK(timer_create(CLOCK_MONOTONIC, &(struct sigevent){.sigev_notify = SIGEV_NONE}, &timer) == 0);
	timer_delete(timer);
	CHECK(timer_create(CLOCK_MONOTONIC, &(struct sigevent){.sigev_notify = SIGEV_SIGNAL, .sigev_signo = 40},
			   &timer) == 0);
	timer_delete(timer);
	CHECK(timer_create(77, NULL, &timer) == -1 && errno == EINVAL);
	CHECK(mq_notify(-1, &event) == -1 && errno == EBADF);
}

static void
asynchronous(void)
{
	char path[] = "/tmp/calls_everything-XXXXXX", bytes[2] = "x";
	int fd = mkstemp(path);
	struct aiocb block = {.aio_fildes = fd, .aio_buf = bytes, .aio_nbytes = 1}, *list[] = {&block};
	struct gaicb request = {.ar_name = "127.0.0.1"}, *requests[] = {&request};
	CHECK(fd >= 0 && unlink(path) == 0);
	block.aio_lio_opcode = LIO_WRITE;
	CHECK(lio_listio(LIO_WAIT, list, 1, NULL) == 0 && aio_return(&block) == 1);
	CHECK(aio_write(&block) == 0 && aio_suspend((const struct aiocb *const *)list, 1, NULL) == 0);
	aio_return(&block);
	CHECK(aio_read(&block) == 0 && aio_suspend((const struct aiocb *const *)list, 1, NULL) == 0);
	aio_return(&block);
	CHECK(aio_fsync(O_SYNC, &block) == 0 && aio_suspend((const struct aiocb *const *)list, 1, NULL) == 0);
	aio_return(&block);
	CHECK(getaddrinfo_a(GAI_WAIT, requests, 1, NULL) == 0 && gai_error(&request) == 0);
	freeaddrinfo(request.ar_result);
	CHECK(getaddrinfo_a(77, requests, 1, NULL) == EAI_SYSTEM);
}

/* Runs `way` number `way` in a child, which then is /bin/true; -1: no such way. */
static void
become_true(int way)
{
	int fd = open("/bin/true", O_RDONLY | O_CLOEXEC);
	switch (way) {
	case 0:
		execve("/bin/true", true_argv, environ);
		break;
	case 1:
		execv("/bin/true", true_argv);
		break;
	case 2:
		execvp("true", true_argv);
		break;
	case 3:
		execvpe("true", true_argv, environ);
		break;
	case 4:
		execl("/bin/true", "true", "a", "b", NULL);
		break;
	case 5:
		execlp("true", "true", "\xff\n", NULL);
		break;
	case 6:
		execle("/bin/true", "true", NULL, environ);
		break;
	case 7:
		fexecve(fd, true_argv, environ);
		break;
	case 8:
		execveat(fd, "", true_argv, environ, AT_EMPTY_PATH);
		break;
	}
	_exit(99);
}

static void
execs(void)
{
	for (int way = 0; way <= 8; way++) {
		pid_t child = fork();
		if (child == 0)
			become_true(way);
		await_child(child, 0);
	}
	for (int way = 0; way <= 6; way++) {
		pid_t child = vfork();
		if (child == 0) {
			/* as a shell does that looks for a command */
			execve("/no/such/directory/true", true_argv, environ);
			execl("/no/such/true", "true", NULL);
			become_true(way);
		}
		await_child(child, 0);
	}
	CHECK(execve(unreadable, true_argv, environ) == -1 && errno == EFAULT);
	CHECK(execve("/bin/true", unreadable, environ) == -1 && errno == EFAULT);
	CHECK(execve("/bin/true", true_argv, unreadable) == -1 && errno == EFAULT);
	CHECK(execve("/bin/true", (char *[]){true_name, unreadable, NULL}, environ) == -1 && errno == EFAULT);
	CHECK(execve(no_pointer, no_pointer, no_pointer) == -1 && errno == EFAULT);
	CHECK(execvp("no such command", true_argv) == -1 && errno == ENOENT);
	CHECK(fexecve(-1, true_argv, environ) == -1 && errno == EINVAL);
}

int
main(void)
{
	CHECK(sem_init(&notified, 0, 0) == 0);
	threads();
	processes();
	spawn_with_hostile_arguments();
	spawn_with_attributes();
	spawn_with_pidfd();
	shells();
	timers();
	asynchronous();
	execs();
	return ok();
}
