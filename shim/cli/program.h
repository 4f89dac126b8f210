/*
 * program.h: runs a program in our stead, as if its user had started it without us.
 *
 * It runs in our process group and session, and inherits what we inherited. From before its start all signals are blocked here and taken
 * one by one, so that no handler of ours can be in the way, and the program gets the mask and the dispositions that we were given.
 */
#ifndef CLI_PROGRAM_H
#define CLI_PROGRAM_H

#include <stdint.h>
#include <sys/types.h>

struct program {
	pid_t pid;
	int exec_report; /* where the child says why it could not become the program */
};

struct program_end {
	int exec_error;   /* errno of execve(2); 0: the program ran */
	int wait_status;  /* as from waitpid(2) */
	uint64_t time_ns; /* CLOCK_MONOTONIC, when it was learned */
};

/* What stands in the way of running `name`, before anything is done: 0, ENOENT or EACCES. It is looked for as execvp(3) does. */
int program_refusal(const char *name);

/* Starts it. Returns 0 or an errno value. */
int program_start(struct program *program, char *const *argv);

/* Waits for its end. Meanwhile passes on signals that were sent to us, and stops when it stops. `look` is called now and then, and
   returns the milliseconds until the next time; NULL: nobody has to look at anything. */
void program_wait(const struct program *program, int (*look)(void *context), void *context, struct program_end *end);

#endif
