/* posix_spawn and posix_spawnp with all that they can be asked: file actions, attributes, arguments with any bytes, and what they
   refuse. */
#include "victim.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>

static char *const environment[] = {(char *)"PATH=/usr/bin:/bin", (char *)"COLOUR=blue", NULL};

static void
spawned(pid_t child, int status)
{
	await_child(child, status);
	made(getpid(), "spawn", child);
}

/* Three actions: the child's output is what it appended to a file that it found open as descriptor 7. */
static void
spawn_with_actions(void)
{
	char path[] = "/tmp/cloneshim-victim-XXXXXX", text[64] = "";
	char *const argv[] = {(char *)"sh", (char *)"-c", (char *)"echo \"$COLOUR\" >&7; exit 3", NULL};
	posix_spawn_file_actions_t actions;
	pid_t child;
	int fd = mkstemp(path);

	CHECK(fd >= 0);
	CHECK(posix_spawn_file_actions_init(&actions) == 0);
	CHECK(posix_spawn_file_actions_addclose(&actions, fd) == 0);
	CHECK(posix_spawn_file_actions_addopen(&actions, 7, path, O_WRONLY | O_APPEND, 0) == 0);
	CHECK(posix_spawn_file_actions_adddup2(&actions, 7, 1) == 0);
	CHECK(posix_spawnp(&child, "sh", &actions, NULL, argv, environment) == 0);
	spawned(child, 3);
	CHECK(read(fd, text, sizeof(text) - 1) == 5 && strcmp(text, "blue\n") == 0);
	CHECK(posix_spawn_file_actions_destroy(&actions) == 0);
	CHECK(close(fd) == 0 && unlink(path) == 0);
}

/* The child sees its own process group, SIGUSR1 blocked, SIGINT at its default. */
static void
spawn_with_attributes(void)
{
	const char *script =
		"read -r pid name state parent group rest </proc/$$/stat; test $group = $$ || exit 1; "
		"while read -r line; do case $line in SigBlk:*0200) kill -INT $$ ;; esac; done </proc/$$/status";
	char *const argv[] = {(char *)"sh", (char *)"-c", (char *)script, NULL};
	posix_spawnattr_t attributes;
	sigset_t blocked, defaulted;
	pid_t child;
	int status;

	CHECK(signal(SIGINT, SIG_IGN) != SIG_ERR);
	CHECK(sigemptyset(&blocked) == 0 && sigaddset(&blocked, SIGUSR1) == 0);
	CHECK(sigemptyset(&defaulted) == 0 && sigaddset(&defaulted, SIGINT) == 0);
	CHECK(posix_spawnattr_init(&attributes) == 0);
	CHECK(posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
							    POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSCHEDULER) == 0);
	CHECK(posix_spawnattr_setpgroup(&attributes, 0) == 0);
	CHECK(posix_spawnattr_setsigmask(&attributes, &blocked) == 0);
	CHECK(posix_spawnattr_setsigdefault(&attributes, &defaulted) == 0);
	CHECK(posix_spawnattr_setschedpolicy(&attributes, SCHED_OTHER) == 0);
	CHECK(posix_spawnattr_setschedparam(&attributes, &(struct sched_param){.sched_priority = 0}) == 0);
	CHECK(posix_spawn(&child, "/bin/sh", NULL, &attributes, argv, environment) == 0);
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
	made(getpid(), "spawn", child);
	CHECK(posix_spawnattr_destroy(&attributes) == 0);
	CHECK(signal(SIGINT, SIG_DFL) != SIG_ERR);
}

static void
spawn_with_hostile_arguments(void)
{
	char long_argument[301], many[40][8];
	char *argv[48] = {(char *)"true", (char *)"", (char *)"quote\" back\\ \n\x1b[31m\xff", long_argument};
	pid_t child;

	memset(long_argument, 'x', 300);
	long_argument[300] = '\0';
	for (int i = 0; i < 40; i++) {
		snprintf(many[i], sizeof(many[i]), "n%d", i);
		argv[4 + i] = many[i];
	}
	CHECK(posix_spawnp(&child, "true", NULL, NULL, argv, NULL) == 0);
	spawned(child, 0);
}

/* As the kernel refuses them, without a SIGSEGV on the way. libc reads the arguments itself, so that vector has to be good. */
static void
spawn_what_is_refused(void)
{
	const char *volatile nowhere = (const char *)1; /* volatile: the compiler knows better */
	char *const *volatile no_vector = (char *const *)1;
	char *const argv[] = {(char *)"true", NULL};
	pid_t child;

	CHECK(posix_spawn(&child, "/no/such/program", NULL, NULL, argv, environment) == ENOENT);
	CHECK(posix_spawn(&child, "/", NULL, NULL, argv, environment) == EACCES);
	CHECK(posix_spawn(&child, nowhere, NULL, NULL, argv, environment) == EFAULT);
	CHECK(posix_spawn(&child, "/bin/true", NULL, NULL, argv, no_vector) == EFAULT);
	for (int i = 0; i < 4; i++)
		printf("made %d spawn ?\n", getpid());
}

int
main(void)
{
	spawn_with_actions();
	spawn_with_attributes();
	spawn_with_hostile_arguments();
	spawn_what_is_refused();
	return ok();
}
