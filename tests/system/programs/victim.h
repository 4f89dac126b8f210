/*
 * victim.h: what the programs in this folder share.
 *
 * Each makes threads or processes in one hazardous way, checks for itself that all went well, and prints
 *
 *     ok                        when it did; the last line
 *     fact NAME VALUE           something that the test holds against the log: an address, a number
 *     made TASK KIND RESULT     a creation syscall that the log must show: which task made it, whether it makes a thread, a
 *                               process, a vfork child (the vfork syscall) or a spawned one (CLONE_VFORK), and what the kernel
 *                               answered: the child's id, "-1 ERROR", or ? when the program cannot know
 *
 * The rest of the output is the same in every run, so that a run under the shim can be compared with a bare one.
 */
#ifndef VICTIM_H
#define VICTIM_H

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* In a child, too: writes nothing that the parent has buffered. */
#define CHECK(condition)                                                                                    \
	do {                                                                                                \
		if (!(condition)) {                                                                         \
			dprintf(1, "FAILED %s:%d: %s (errno %d)\n", __FILE__, __LINE__, #condition, errno); \
			_exit(1);                                                                           \
		}                                                                                           \
	} while (0)

static inline void
fact_number(const char *name, long value)
{
	printf("fact %s %ld\n", name, value);
}

static inline void
fact_address(const char *name, const void *address)
{
	printf("fact %s 0x%lx\n", name, (unsigned long)(uintptr_t)address);
}

static inline void
made(pid_t task, const char *kind, pid_t child)
{
	printf("made %d %s %d\n", task, kind, child);
}

static inline void
made_error(pid_t task, const char *kind, const char *error)
{
	printf("made %d %s -1 %s\n", task, kind, error);
}

static inline int
ok(void)
{
	printf("ok\n");
	return 0;
}

/* Memory that a forked child shares with its parent, to tell it what it made; zero-filled. */
static inline void *
shared_memory(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(memory != MAP_FAILED);
	return memory;
}

/* Waits for `child` and checks that it exited with `status`. */
static inline void
await_child(pid_t child, int status)
{
	int got = -1;
	pid_t waited;
	while ((waited = waitpid(child, &got, 0)) < 0 && errno == EINTR)
		;
	CHECK(waited == child);
	CHECK(WIFEXITED(got) && WEXITSTATUS(got) == status);
}

/* A start routine that stores its own task id in *arg. */
static inline void *
store_tid(void *arg)
{
	*(volatile pid_t *)arg = gettid();
	return NULL;
}

/* Creates a thread, joins it, returns the task id that it had. */
static inline pid_t
create_and_join(const pthread_attr_t *attributes)
{
	pthread_t thread;
	pid_t tid = 0;
	int error = pthread_create(&thread, attributes, store_tid, &tid);
	CHECK(error == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	CHECK(tid > 0);
	return tid;
}

/* Forks a child that exits at once; returns its id. */
static inline pid_t
fork_and_wait(void)
{
	pid_t child = fork();
	CHECK(child >= 0);
	if (child == 0)
		_exit(7);
	await_child(child, 7);
	return child;
}

#endif
